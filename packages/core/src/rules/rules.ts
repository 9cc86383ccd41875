import { Grant, type FreshGrant } from '../grant.ts'
import type { Hold, HoldReason, SessionState } from './state.ts'

// Who may log in, whose grant counts and when to leave the server alone: all of it is here, as functions
// from state to state. A function that changes nothing returns the very state it was given, so that the
// caller can save the write.

export interface LoginBudget {
  /** Logins that may start per window. */
  readonly limit: number
  /** ms */
  readonly window: number
}

/** What a process knows at the moment it decides. */
export interface View {
  /** Epoch ms. */
  readonly now: number
  /** For how long this process has watched the same owner and beat, ms. */
  readonly flightSeenFor: number
  /** For how long this process has known the present hold, ms. */
  readonly holdSeenFor: number
  /** ms */
  readonly leaseTime: number
  readonly budget: LoginBudget
  /** The flight that asks. */
  readonly owner: string
  /** The id of a grant that will not do, because it is to be refreshed ahead of its expiry. */
  readonly replacing?: string | undefined
}

export type Decision =
  | { readonly action: 'adopt'; readonly grant: Grant }
  | { readonly action: 'wait' }
  | { readonly action: 'hold'; readonly reason: HoldReason; readonly remaining: number }
  | { readonly action: 'save'; readonly remaining: number }
  | { readonly action: 'fly'; readonly next: SessionState }

/** What to do about the session, given its state: use its grant, wait for a flight, hold back, or log in. */
export function decide(state: SessionState, view: View): Decision {
  const { grant, flight, hold } = state
  if (grant !== null && grant.id !== view.replacing && !isExpired(grant, view.now)) return { action: 'adopt', grant }
  const airborne = flight !== null && flight.owner !== view.owner
  if (airborne && view.flightSeenFor < view.leaseTime) return { action: 'wait' }
  const held = hold === null ? 0 : remainingHold(hold, view)
  if (hold !== null && held > 0) return { action: 'hold', reason: hold.reason, remaining: held }
  if (flight?.owner === view.owner) return { action: 'fly', next: state }
  const logins = recentLogins(state, view.now, view.budget.window)
  if (logins.length >= view.budget.limit) {
    const freeing = logins.toSorted((a, b) => a - b)[logins.length - view.budget.limit]!
    return { action: 'save', remaining: Math.max(1, freeing + view.budget.window - view.now) }
  }
  return { action: 'fly', next: takeOff({ ...state, logins }, view) }
}

/** Takes the lease and charges the budget: at the start, because a login whose answer is lost counts too. */
function takeOff(state: SessionState, { owner, now }: View): SessionState {
  return { ...state, flight: { owner, beat: 0 }, logins: state.logins.concat(now) }
}

/** A sign of life from the owner of the lease; `undefined` if the lease is somebody else's by now. */
export function renew(state: SessionState, owner: string): SessionState | undefined {
  if (state.flight?.owner !== owner) return undefined
  return { ...state, flight: { owner, beat: state.flight.beat + 1 } }
}

export interface Arrival {
  readonly owner: string
  /** `latest` as it was when the flight took off. */
  readonly base: string | null
  readonly fresh: FreshGrant
  /** The id the grant is to have. */
  readonly id: string
  /** Epoch ms. */
  readonly now: number
}

/**
 * Publishes a new grant; `undefined` if another was published, or the session logged out, since the
 * flight took off. The first valid commit wins whether or not the lease still stands: were it the newest
 * holder's alone to commit, logins slower than the lease would chase one another for ever.
 */
export function commit(state: SessionState, { owner, base, fresh, id, now }: Arrival): SessionState | undefined {
  if (state.latest !== base && state.latest !== null) return undefined
  const generation = state.generation + 1
  return {
    ...state,
    generation,
    grant: new Grant({ ...pickFresh(fresh), id, generation, issuedAt: now, worked: false }),
    previous: null,
    latest: id,
    flight: state.flight?.owner === owner ? null : state.flight,
    hold: null,
  }
}

export interface Verdict {
  /** Whether a request of this process was served with the grant. */
  readonly worked: boolean
  /** Epoch ms. */
  readonly now: number
}

/**
 * Removes a grant that met a reset, if it is still the current one. One that never worked is a strike. But
 * not all work is seen, as where a client only reports resets, so a grant that lasted longer than strikes
 * would hold logins back counts as having worked.
 */
export function reject(state: SessionState, id: string, { worked, now }: Verdict): SessionState {
  const { grant } = state
  if (grant?.id !== id) return state
  const age = Math.max(0, now - grant.issuedAt)
  const strikes = worked || grant.worked || age >= longestStrikeHold ? 0 : state.strikes + 1
  return {
    ...state,
    grant: null,
    previous: grant,
    strikes,
    hold: strikes < 2 ? state.hold : newHold('failing', strikes - 1, strikeHold(strikes), now),
    lastReset: { at: now, age },
  }
}

/**
 * Puts a grant in use back into a store that lost it, or fell behind: it knows of fewer generations than the
 * process that uses the grant. A flight that took off meanwhile finds the session's fate settled.
 */
export function restore(state: SessionState, grant: Grant): SessionState {
  if (state.generation >= grant.generation) return state
  return { ...state, generation: grant.generation, grant, previous: null, latest: grant.id, hold: null }
}

/** Records that a grant works, which forgives the strikes before it. */
export function confirm(state: SessionState, id: string): SessionState {
  const { grant } = state
  if (grant?.id !== id || grant.worked) return state
  return { ...state, grant: grantLike(grant, { worked: true }), strikes: 0 }
}

export interface Failure {
  /** `latest` as it was when the flight took off. */
  readonly base: string | null
  readonly reason: HoldReason
  /** What the server asked for, ms. */
  readonly retryAfter?: number | undefined
  /** Epoch ms. */
  readonly now: number
  /** From 0 to 1, for the jitter. */
  readonly random: number
}

/**
 * Ends a flight that brought no grant: the lease is let go, by its owner only, and a hold begins. Not if another grant
 * was committed since take-off: with a refresh token that two have used, the second is refused, and that says nothing.
 */
export function fail(state: SessionState, owner: string, failure: Failure): SessionState {
  if (state.flight?.owner !== owner) return state
  if (state.latest !== failure.base && state.latest !== null) return land(state, owner)
  const failures = (state.hold?.failures ?? 0) + 1
  return { ...state, flight: null, hold: newHold(failure.reason, failures, holdTime(failures, failure), failure.now) }
}

/** Ends a flight whose grant came too late to count. */
export function land(state: SessionState, owner: string): SessionState {
  return state.flight?.owner === owner ? { ...state, flight: null } : state
}

/**
 * Ends the session for everyone. A flight under way took off from an older `latest` than `marker` and
 * cannot commit, so what was logged out does not come to life again behind the caller's back.
 *
 * @param revocable whether the server is told: a refresh token that it still takes is kept for the next login
 */
export function logout(state: SessionState, marker: string, { revocable = true } = {}): SessionState {
  return { ...state, grant: null, previous: revocable ? null : (state.grant ?? state.previous), latest: marker }
}

export function isExpired(grant: Grant, now: number): boolean {
  return grant.expiresAt !== undefined && now >= grant.expiresAt
}

/**
 * From when on a grant is to be refreshed, epoch ms. Never earlier than at four fifths of its life: a
 * window longer than the life would mean a login per call.
 */
export function refreshAt(grant: Grant, refreshAhead: number): number {
  if (grant.expiresAt === undefined) return Number.POSITIVE_INFINITY
  return grant.expiresAt - Math.min(refreshAhead, Math.max(0, grant.expiresAt - grant.issuedAt) / 5)
}

/** Starts of logins within the window. Entries from a clock far ahead do not count, or they would for hours. */
export function recentLogins(state: SessionState, now: number, window: number): readonly number[] {
  return state.logins.filter((start) => Math.abs(now - start) < window)
}

/**
 * How long a hold goes on, ms. Over as soon as either says so: the wall clock, or the time since this
 * process first saw it, because a hold set by a clock that runs ahead must not last longer than it was meant to.
 */
export function remainingHold(hold: Hold, { now, holdSeenFor }: Pick<View, 'now' | 'holdSeenFor'>): number {
  return Math.max(0, Math.min(hold.until - now, hold.until - hold.from - holdSeenFor))
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const longestStrikeHold = 10 * minute

function holdTime(failures: number, { reason, retryAfter, random }: Failure): number {
  const doubled = 2 ** Math.min(failures - 1, 20)
  if (reason === 'refused') return Math.min(minute * doubled, hour)
  if (reason === 'throttled') return Math.min(Math.max(retryAfter ?? minute * doubled, second), hour)
  return Math.max(second / 10, random * Math.min(second * doubled, minute))
}

function strikeHold(strikes: number): number {
  return Math.min(second * 2 ** Math.min(strikes - 2, 20), longestStrikeHold)
}

function newHold(reason: HoldReason, failures: number, time: number, now: number): Hold {
  return { from: now, until: now + Math.ceil(time), reason, failures }
}

function pickFresh({ token, expiresAt, refreshToken }: FreshGrant): FreshGrant {
  return { token, expiresAt, refreshToken }
}

function grantLike(grant: Grant, change: { worked: boolean }): Grant {
  const { id, generation, issuedAt, token, expiresAt, refreshToken } = grant
  return new Grant({ id, generation, issuedAt, token, expiresAt, refreshToken, ...change })
}
