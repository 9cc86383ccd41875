import { SharedWork } from './shared-work.ts'

/**
 * Lets the work of an account be done one at a time. Who asks for the same while it waits for its turn shares it, and
 * what somebody asked for begins after they asked: it sees all that was so before.
 */
export class Turns<T> {
  readonly #last = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, SharedWork<T>>()

  /** Rejects with the signal's reason once that is aborted. The work's own signal is, when nobody wants it any more. */
  take(account: string, task: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const key = `${account} ${task}`
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined && !waiting.isAbandoned) return waiting.join(signal)
    const shared = new SharedWork(work)
    this.#waiting.set(key, shared)
    this.#last.set(account, this.#doAfter(this.#last.get(account), key, shared))
    return shared.join(signal)
  }

  /** Resolves when all that was asked for until now is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values())
  }

  async #doAfter(previous: Promise<void> | undefined, key: string, shared: SharedWork<T>): Promise<void> {
    await previous
    // From here on it is too late to join.
    if (this.#waiting.get(key) === shared) this.#waiting.delete(key)
    await shared.start()
  }
}
