import type { Grant } from '../grant.ts'
import { timeoutError } from './login-errors.ts'
import type { Parts } from './parts.ts'

/** What the pursuit itself may ask of those who wait for it. */
export interface Audience {
  /** Throws if nobody waits for the outcome any more. */
  assertWanted(): void
  /** Aborted once nobody does. */
  readonly signal: AbortSignal
  /** Says that a login is under way, which is seen through even if nobody waits any more. */
  onFlight(flying: boolean): void
}

/** One pursuit of a grant and all in this process who wait for it. One caller's abort harms no other. */
export class SharedPursuit {
  readonly outcome: Promise<Grant>
  readonly #controller = new AbortController()
  readonly #leave = new Set<(error: unknown) => void>()
  readonly #onAbandoned: () => void
  readonly #parts: Parts
  #kept: boolean
  #joined = false
  #dismissal: Error | undefined
  #flying = false

  constructor(
    parts: Parts,
    run: (audience: Audience) => Promise<Grant>,
    { kept, onAbandoned }: { /** Goes on even if nobody waits. */ kept: boolean; onAbandoned: () => void },
  ) {
    this.#parts = parts
    this.#kept = kept
    this.#onAbandoned = onAbandoned
    this.outcome = run({
      assertWanted: () => {
        this.#abandonIfUnwanted()
        this.#controller.signal.throwIfAborted()
      },
      signal: this.#controller.signal,
      onFlight: (flying) => {
        this.#flying = flying
      },
    })
    this.outcome.catch(() => {})
  }

  get #isWanted(): boolean {
    return this.#dismissal === undefined && (this.#kept || this.#leave.size > 0 || !this.#joined)
  }

  /** Resolves to the outcome, unless the signal is aborted or `maxWait` is over before. */
  join(signal: AbortSignal | null | undefined): Promise<Grant> {
    const { authenticator, clock, settings } = this.#parts
    const { maxWait } = settings
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        if (!this.#leave.delete(leave)) return
        cancel()
        signal?.removeEventListener('abort', onAbort)
        act()
        this.#abandonIfUnwanted()
      }
      const leave = (error: unknown): void => settle(() => reject(error))
      const onAbort = (): void => leave(signal!.reason)
      const cancel = clock.after(maxWait, () => leave(timeoutError(authenticator.subject, maxWait)))
      this.#joined = true
      this.#leave.add(leave)
      signal?.addEventListener('abort', onAbort)
      this.outcome.then((grant) => settle(() => resolve(grant)), leave)
    })
  }

  /** For a logout: calls off what nobody waits for, and resolves once no login is under way. */
  async landed(): Promise<void> {
    this.#kept = false
    this.#joined = true
    this.#abandonIfUnwanted()
    if (this.#flying) await this.outcome.catch(() => {})
  }

  /** Sends everybody away. A login under way is seen through first, and who waits gets the grant if it brings one. */
  dismiss(error: Error): void {
    this.#dismissal = error
    if (this.#flying) return
    for (const leave of this.#leave) leave(error)
    this.#abandonIfUnwanted()
  }

  #abandonIfUnwanted(): void {
    if (this.#isWanted || this.#flying || this.#controller.signal.aborted) return
    this.#controller.abort(this.#dismissal)
    this.#onAbandoned()
  }
}
