interface Timer {
  readonly due: number
  readonly callback: () => void
}

/** Time that passes only when a test says so. Whatever can run without it gets to run between any two timers. */
export class VirtualClock {
  random: () => number = () => 0.5
  readonly #timers = new Set<Timer>()
  #time = 0

  readonly after = (ms: number, callback: () => void): (() => void) => {
    const timer = { due: this.#time + ms, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  readonly monotonic = (): number => this.#time

  /** Timers that keep the process alive. */
  get pending(): number {
    return this.#timers.size
  }

  async advance(ms: number): Promise<void> {
    const end = this.#time + ms
    await settle()
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer)
      this.#time = timer.due
      timer.callback()
      await settle()
    }
    this.#time = end
  }

  #next(end: number): Timer | undefined {
    const due = Array.from(this.#timers).filter((timer) => timer.due <= end)
    return due.toSorted((a, b) => a.due - b.due)[0]
  }
}

/** Runs what is ready to run, and what that makes ready. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
