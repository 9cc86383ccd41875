import { withDeadline } from '../time/deadline.ts'
import type { Grant } from '../grant.ts'
import type { Parts } from './parts.ts'

/** For how long a request that was served proves that the next one will be, ms. */
const recency = 1_000

/** What this process knows of whether its grant works. */
export class Proof {
  readonly #parts: Parts
  #id: string | undefined
  #worked = false
  #at = Number.NEGATIVE_INFINITY
  #question: { id: string; answer: Promise<boolean> } | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** A new grant is in use. One that this process has just logged in for needs no asking for a moment. */
  expect(grant: Grant, isFresh: boolean): void {
    this.#id = grant.id
    this.#worked = grant.worked
    this.#at = isFresh ? this.#parts.clock.monotonic() : Number.NEGATIVE_INFINITY
  }

  /**
   * Returns whether that was the first proof of this grant.
   *
   * @param now monotonic, ms
   */
  given(grant: Grant, now: number): boolean {
    if (grant.id !== this.#id) return false
    this.#at = now
    if (this.#worked) return false
    this.#worked = true
    return true
  }

  wasGiven(grant: Grant): boolean {
    return grant.worked || (grant.id === this.#id && this.#worked)
  }

  isRecent(grant: Grant): boolean {
    return grant.id === this.#id && this.#parts.clock.monotonic() - this.#at <= recency
  }

  /** Asks the server, once for all who want to know. `true` where it can't be known: the request itself will tell. */
  ask(grant: Grant): Promise<boolean> {
    if (this.#question?.id === grant.id) return this.#question.answer
    const question = { id: grant.id, answer: this.#probe(grant) }
    this.#question = question
    void question.answer.finally(() => {
      if (this.#question === question) this.#question = undefined
    })
    return question.answer
  }

  async #probe(grant: Grant): Promise<boolean> {
    const { authenticator, authenticating, clock, settings } = this.#parts
    // Nothing could replace a grant that is not renewable: the request goes out with it, and the server's answer tells.
    if (authenticator.probe === undefined || authenticator.renewable === false) return true
    const time = settings.loginTimeout
    const deadline = { clock, time, error: () => new Error(`The probe took longer than ${time} ms`) }
    try {
      return await withDeadline(deadline, (signal) =>
        authenticating.run((context) => authenticator.probe!(grant, { ...context, signal })),
      )
    } catch {
      return true
    }
  }
}
