import type { SessionState } from '../rules/state.ts'

/**
 * For how long this process has looked at the same flight and the same hold, on its own monotonic clock:
 * no clock of another machine is trusted. Only time spent looking counts. A process that was frozen, or
 * starved of CPU, has not seen the lease idle for as long as the clock says, and the holder may have been
 * frozen with it.
 */
export class Sightings {
  readonly #longestGap: number
  #last = Number.NEGATIVE_INFINITY
  #flight: { owner: string; beat: number; seenFor: number } | null = null
  #hold: { from: number; until: number; since: number } | null = null

  /** @param longestGap the longest time between two looks that counts in full, ms */
  constructor(longestGap: number) {
    this.#longestGap = longestGap
  }

  /** @param now monotonic, ms */
  look({ flight, hold }: SessionState, now: number): { flightSeenFor: number; holdSeenFor: number } {
    const gap = Math.min(now - this.#last, this.#longestGap)
    this.#last = now
    if (flight === null) this.#flight = null
    else if (this.#flight?.owner !== flight.owner || this.#flight.beat !== flight.beat)
      this.#flight = { ...flight, seenFor: 0 }
    else this.#flight.seenFor += gap
    if (hold === null) this.#hold = null
    else if (this.#hold?.from !== hold.from || this.#hold.until !== hold.until)
      this.#hold = { from: hold.from, until: hold.until, since: now }
    return { flightSeenFor: this.#flight?.seenFor ?? 0, holdSeenFor: this.#hold === null ? 0 : now - this.#hold.since }
  }
}
