import type { Grant } from '../grant.ts'

/** The lease: who is logging in, and the last sign of life. */
export interface Flight {
  readonly owner: string
  /** Goes up by one with each renewal. Compared for change only, never against a clock. */
  readonly beat: number
}

/** `refused`: the credentials. `throttled`: the server wants a pause. `failing`: anything else. */
export type HoldReason = 'refused' | 'throttled' | 'failing'

export interface Hold {
  /** Epoch ms, on the clock of the process that set it. */
  readonly from: number
  /** No login may start before this. Epoch ms, on the same clock as `from`. */
  readonly until: number
  readonly reason: HoldReason
  /** How many failures in a row have led here. Each makes the next hold longer. */
  readonly failures: number
}

export interface Reset {
  /** When the server was found to honour the grant no more, epoch ms. */
  readonly at: number
  /** How old the grant was then, ms. */
  readonly age: number
}

/** What a session's processes share through the store. */
export interface SessionState {
  readonly generation: number
  readonly grant: Grant | null
  /** The grant before a reset: its refresh token may outlive it. */
  readonly previous: Grant | null
  /**
   * Changes with every commit and every logout, and survives resets. A flight remembers it from its
   * take-off: while it stands, nobody has settled the session's fate meanwhile. `null` only in a state
   * that has never had a grant, such as that of a store that lost its data.
   */
  readonly latest: string | null
  readonly flight: Flight | null
  /** When recent logins started, epoch ms. */
  readonly logins: readonly number[]
  readonly hold: Hold | null
  /** Grants in a row that never worked. */
  readonly strikes: number
  readonly lastReset: Reset | null
}

export const emptyState: SessionState = Object.freeze({
  generation: 0,
  grant: null,
  previous: null,
  latest: null,
  flight: null,
  logins: [],
  hold: null,
  strikes: 0,
  lastReset: null,
})
