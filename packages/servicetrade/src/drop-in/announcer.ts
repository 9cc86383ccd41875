import { AsyncLocalStorage } from 'node:async_hooks'
import type { Grant } from '@latchkey/core'

interface Announcement {
  readonly done: Promise<unknown>
  next?: Announcement
}

/** How many grants are remembered: a request may be sent late with one that was replaced meanwhile. */
const most = 16

/**
 * Tells a user's callbacks what becomes of the session: one after the other, each outside of the request that met the
 * event. The calls during which it was told wait for what the callback returns, and fail with its error.
 */
export class Announcer {
  readonly #inside = new AsyncLocalStorage<{ isOver: boolean }>()
  readonly #seen = new Set<string>()
  #latest: Announcement = { done: Promise.resolve() }

  /** Whether the grant was not met before: each is announced once, however many requests it rides on. */
  isNew({ id }: Grant): boolean {
    if (this.#seen.has(id)) return false
    this.#seen.add(id)
    const [oldest] = this.#seen
    if (this.#seen.size > most && oldest !== undefined) this.#seen.delete(oldest)
    return true
  }

  tell(callback: () => unknown): void {
    const done = this.#run(callback, this.#latest.done)
    // Whoever waits is told. Where nobody does, it must not end the process.
    done.catch(() => {})
    const announcement = { done }
    this.#latest.next = announcement
    this.#latest = announcement
  }

  /**
   * Does the work, and waits for what was told meanwhile.
   *
   * @throws what the work throws, or else what a callback did
   */
  async around<T>(work: () => Promise<T>): Promise<T> {
    // A callback that uses the client would otherwise wait for itself.
    if (this.#inside.getStore()?.isOver === false) return work()
    const before = this.#latest
    let result: T
    try {
      result = await work()
    } catch (error) {
      await heard(before).catch(() => {})
      throw error
    }
    await heard(before)
    return result
  }

  async #run(callback: () => unknown, before: Promise<unknown>): Promise<void> {
    await before.catch(() => {})
    const call = { isOver: false }
    try {
      await this.#inside.run(call, async () => callback())
    } finally {
      call.isOver = true
    }
  }
}

async function heard(before: Announcement): Promise<void> {
  for (let one = before.next; one !== undefined; one = one.next) await one.done
}
