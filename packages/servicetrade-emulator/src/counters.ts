/** What happened since the emulator started. */
export interface Counters {
  /** Logins that arrived, whatever became of them. */
  readonly loginAttempts: number
  /** Logins that yielded a session or an access token. */
  readonly logins: number
  /** Logins answered 400, 401 or 403. */
  readonly refused: number
  /** Logins with a refresh token that were answered `invalid_grant`; they are among the refused ones, too. */
  readonly refreshTokensRefused: number
  /** Logins answered 429. */
  readonly throttled: number
  /** Sessions ended by `DELETE /auth`, and refresh tokens by `POST /oauth2/revoke`. */
  readonly logouts: number
  /** Sessions that would be served now. */
  readonly liveSessions: number
  /** Access tokens that would be served now. */
  readonly liveTokens: number
  /** What arrived under `/api`, logins left out. */
  readonly requests: number
  /** Requests answered 401: no live session or access token. */
  readonly rejected: number
  /** Requests answered 429: server time spent. */
  readonly overBudget: number
  /** Sessions ended because the user had more than the hard cap. */
  readonly pruned: number
  /** Sessions that outlived their lifetime or idle time. */
  readonly expired: number
  /** Resets, of all sessions and access tokens or of one, that ended at least one. */
  readonly resets: number
  /** Tries to deliver a message to a webhook. */
  readonly webhookAttempts: number
  /** Messages that a webhook took: answered 200 to 499 in time. */
  readonly webhooksDelivered: number
  /** Tries that came to nothing. */
  readonly webhookFailures: number
  /** Messages given up, after three tries or because their webhook was deleted or disabled. */
  readonly webhooksDiscarded: number
}

type Live = Record<'liveSessions' | 'liveTokens', () => number>

export type Tally = { -readonly [N in Exclude<keyof Counters, keyof Live>]: number }

export const createTally = (): Tally => ({
  loginAttempts: 0,
  logins: 0,
  refused: 0,
  refreshTokensRefused: 0,
  throttled: 0,
  logouts: 0,
  requests: 0,
  rejected: 0,
  overBudget: 0,
  pruned: 0,
  expired: 0,
  resets: 0,
  webhookAttempts: 0,
  webhooksDelivered: 0,
  webhookFailures: 0,
  webhooksDiscarded: 0,
})

/** A live, read-only view. Spread it for a snapshot. */
export function viewCounters(tally: Tally, live: Live): Counters {
  const view = {}
  for (const name of Object.keys(tally) as (keyof Tally)[]) {
    Object.defineProperty(view, name, { get: () => tally[name], enumerable: true })
  }
  for (const [name, get] of Object.entries(live)) Object.defineProperty(view, name, { get, enumerable: true })
  return Object.freeze(view) as Counters
}
