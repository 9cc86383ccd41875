import type { RetryAfterFormat } from './options.ts'
import type { ThrottleSettings } from './settings.ts'

export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly denied: boolean; readonly wait: number }

interface Attempts {
  /** When the attempts of the window began, oldest first. */
  starts: number[]
  throttledInARow: number
  deniedUntil: number
}

/** Lets a user, or a client, try to log in only so often. The vendor's own rule is undisclosed. */
export class LoginThrottle {
  readonly #settings: ThrottleSettings | undefined
  readonly #clock: () => number
  readonly #attempts = new Map<object | undefined, Attempts>()

  constructor(settings: ThrottleSettings | undefined, clock: () => number) {
    this.#settings = settings
    this.#clock = clock
  }

  get retryAfterFormat(): RetryAfterFormat {
    return this.#settings?.retryAfterFormat ?? 'seconds'
  }

  /** `who` is the user or the client itself; nobody is one, too. */
  admit(who: object | undefined): Admission {
    if (this.#settings === undefined) return { admitted: true }
    const { limit, window, denyAfter = Infinity, denyFor } = this.#settings
    const now = this.#clock()
    const attempts = this.#attempts.get(who) ?? { starts: [], throttledInARow: 0, deniedUntil: -Infinity }
    this.#attempts.set(who, attempts)
    if (now < attempts.deniedUntil) return { admitted: false, denied: true, wait: attempts.deniedUntil - now }
    attempts.starts = attempts.starts.filter((start) => now - start < window)
    if (attempts.starts.length < limit) {
      attempts.starts.push(now)
      attempts.throttledInARow = 0
      return { admitted: true }
    }
    attempts.throttledInARow++
    if (attempts.throttledInARow >= denyAfter) {
      attempts.throttledInARow = 0
      attempts.deniedUntil = now + denyFor
    }
    return { admitted: false, denied: false, wait: attempts.starts[0]! + window - now }
  }
}
