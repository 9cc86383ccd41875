import type { Clock } from '../../src/time/clock.ts'

interface Timer {
  readonly due: number
  readonly order: number
  readonly callback: () => void
  readonly isBackground: boolean
}

/** Time that passes only when a test says so. Promise chains get to run between any two timers. */
export class VirtualClock implements Clock {
  /** What `now()` adds to the time that has passed: a jump of the wall clock is a change of this. */
  epoch = Date.UTC(2026, 0, 1)
  random: () => number = () => 0.5
  readonly #timers = new Set<Timer>()
  #time = 0
  #order = 0

  now(): number {
    return this.epoch + this.#time
  }

  monotonic(): number {
    return this.#time
  }

  after(ms: number, callback: () => void, kind?: 'background'): () => void {
    const due = this.#time + Math.max(0, ms)
    const timer = { due, order: (this.#order += 1), callback, isBackground: kind === 'background' }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  get pending(): number {
    return this.#timers.size
  }

  /** Timers that would keep a process alive. */
  get holding(): number {
    return [...this.#timers].filter(({ isBackground }) => !isBackground).length
  }

  /** Lets `ms` pass, timer by timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms
    await settle()
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer)
      this.#time = Math.max(this.#time, timer.due)
      timer.callback()
      await settle()
    }
    this.#time = end
  }

  /** Lets time pass until `isDone`, for at most `limit` ms. Returns whether it came true. */
  async until(isDone: () => boolean, limit: number): Promise<boolean> {
    const end = this.#time + limit
    await settle()
    while (!isDone()) {
      const timer = this.#next(end)
      if (timer === undefined) return false
      this.#timers.delete(timer)
      this.#time = Math.max(this.#time, timer.due)
      timer.callback()
      await settle()
    }
    return true
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (
        timer.due <= end &&
        (next === undefined || timer.due < next.due || (timer.due === next.due && timer.order < next.order))
      )
        next = timer
    }
    return next
  }
}

/** Runs all promise jobs that are ready, however long their chains. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
