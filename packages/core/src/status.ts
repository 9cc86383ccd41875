import { isExpired, recentLogins } from './rules/rules.ts'
import type { HoldReason, Reset, SessionState } from './rules/state.ts'

/** How a session stands. Times are ms, moments epoch ms. */
export interface SessionStatus {
  readonly subject: string
  /** Whether there is a grant to use, as far as is known. */
  readonly live: boolean
  /** How many grants the session has had. */
  readonly generation: number
  /** How old the grant is; `undefined` without one. */
  readonly age: number | undefined
  /** When the grant expires; `undefined` if that is not known. */
  readonly expiresAt: number | undefined
  /** Whether a login is under way somewhere. */
  readonly loggingIn: boolean
  /** No login starts before `until`. */
  readonly hold: { readonly reason: HoldReason; readonly until: number } | undefined
  /** Logins that started within the login budget's window, by all who share the store. */
  readonly recentLogins: number
  /** When the server last ended a grant, and how old it was. */
  readonly lastReset: Reset | undefined
  /** `unavailable`: this is what the process knew last. */
  readonly store: 'ok' | 'unavailable'
}

export function statusOf(
  { state, store }: { state: SessionState; store: 'ok' | 'unavailable' },
  { subject, now, window }: { subject: string; now: number; window: number },
): SessionStatus {
  const { grant, hold } = state
  const live = grant !== null && !isExpired(grant, now)
  return {
    subject,
    live,
    generation: state.generation,
    age: grant === null ? undefined : Math.max(0, now - grant.issuedAt),
    expiresAt: grant?.expiresAt,
    loggingIn: state.flight !== null,
    hold: hold === null || hold.until <= now ? undefined : { reason: hold.reason, until: hold.until },
    recentLogins: recentLogins(state, now, window).length,
    lastReset: state.lastReset ?? undefined,
    store,
  }
}
