import { withDeadline } from '../time/deadline.ts'
import { loginChannel, type LoginEvent, type LoginReason, publish } from '../diagnostics.ts'
import { LoginFailedError, type LoginThrottledError, TokenStoreError } from '../errors.ts'
import { Grant, type FreshGrant } from '../grant.ts'
import { LocalLedger, type StoreLedger } from '../store/ledger.ts'
import { endGrant } from './logout.ts'
import { checkFresh, loginError, reasonOf } from './login-errors.ts'
import { randomId } from '../random-id.ts'
import type { Parts } from './parts.ts'
import { patiently } from '../store/patience.ts'
import { isTime, isToken } from '../rules/codec.ts'
import { commit, fail, land, recentLogins, renew } from '../rules/rules.ts'
import type { SessionState } from '../rules/state.ts'

export interface FlightPlan {
  /** Where the lease was taken. */
  readonly ledger: StoreLedger | LocalLedger
  /** Where to go on if the store is lost on the way. */
  readonly fallback: () => LocalLedger
  /** The state right after take-off. */
  readonly state: SessionState
  readonly owner: string
  readonly reason: LoginReason
}

export interface Landing {
  readonly grant: Grant
  /** The state that holds it. */
  readonly state: SessionState
  /** `false` while only this process knows of the grant. */
  readonly published: boolean
  /** The id of the grant that it was fetched ahead of, whose refresh token it may have spent. */
  readonly successorOf?: string | undefined
}

/**
 * Logs in, holding the lease. Resolves to `undefined` if somebody else settled the matter meanwhile: what
 * to do next is then for the caller to decide anew.
 *
 * @throws the one error that everybody who waits for this flight is to get
 */
export async function fly(parts: Parts, plan: FlightPlan): Promise<Landing | undefined> {
  const { subject } = parts.authenticator
  const recent = recentLogins(plan.state, parts.clock.now(), parts.settings.loginBudget.window)
  const event: LoginEvent = { subject, owner: plan.owner, reason: plan.reason, recentLogins: recent.length }
  const stopRenewing = keepLease(parts, plan)
  let landing: Landing | undefined
  // The trace hands what its promise resolves to on to subscribers, so that must not be the grant.
  await loginChannel.tracePromise(async () => {
    let fresh: FreshGrant
    try {
      fresh = await logIn(parts, plan.state)
    } catch (cause) {
      return crash(parts, plan, cause)
    } finally {
      stopRenewing()
    }
    landing = await arrive(parts, plan, fresh)
    if (landing !== undefined) event.generation = landing.grant.generation
    return undefined
  }, event)
  return landing
}

async function logIn(parts: Parts, state: SessionState): Promise<FreshGrant> {
  const { authenticator, authenticating, clock, settings } = parts
  const { subject } = authenticator
  const previous = state.grant ?? state.previous
  const deadline = {
    clock,
    time: settings.loginTimeout,
    error: () => new LoginFailedError(`The login took longer than ${settings.loginTimeout} ms`, { subject }),
    // A login that does not heed its signal may still open a session, which nobody would ever use.
    onStraggler: (fresh: FreshGrant) => discard(parts, fresh),
  }
  const fresh = await withDeadline(deadline, (signal) =>
    authenticating.run((context) =>
      authenticator.login({ ...context, signal, ...(previous === null ? {} : { previous }) }),
    ),
  )
  try {
    return checkFresh(fresh, { subject, now: clock.now() })
  } catch (error) {
    discard(parts, fresh)
    throw error
  }
}

/** Ends a session that was opened for nothing, if the login's answer tells which. The server counts it. */
function discard(parts: Parts, fresh: FreshGrant): void {
  if (isToken(Object(fresh).token)) parts.background.add(endGrant(parts, unpublished(fresh), 'unpublished'))
}

/** Renews the lease while the login takes its time. Losing it is no failure: the first valid commit wins. */
function keepLease({ clock, settings }: Parts, { ledger, owner }: FlightPlan): () => void {
  let cancel: (() => void) | undefined
  let stopped = false
  const schedule = (): void => {
    cancel = clock.after(settings.leaseTime / 4, () => {
      void beat()
    })
  }
  const beat = async (): Promise<void> => {
    let lost = false
    // A beat that the store missed is made up for by the next.
    await ledger
      .update((state) => {
        const renewed = renew(state, owner)
        lost = renewed === undefined
        return renewed ?? state
      })
      .catch(() => {})
    if (!lost && !stopped) schedule()
  }
  schedule()
  return () => {
    stopped = true
    cancel?.()
  }
}

async function arrive(parts: Parts, plan: FlightPlan, fresh: FreshGrant): Promise<Landing | undefined> {
  const { owner, ledger } = plan
  const { clock, settings } = parts
  const id = randomId()
  const base = plan.state.latest
  // A write whose reply is lost is found done when it is tried again: the grant's own id tells.
  const settle = (state: SessionState): SessionState =>
    state.latest === id ? state : (commit(state, { owner, base, fresh, id, now: clock.now() }) ?? land(state, owner))
  let settled: SessionState
  let published = !(ledger instanceof LocalLedger)
  try {
    settled = await patiently(ledger, clock, () => ledger.update(settle))
  } catch (error) {
    if (!(error instanceof TokenStoreError) || settings.storeFailure === 'fail') {
      discard(parts, fresh)
      throw error
    }
    published = false
    settled = await plan
      .fallback()
      .update((state) => commit(state, { owner, base: state.latest, fresh, id, now: clock.now() }) ?? state)
  }
  if (settled.latest === id && settled.grant !== null) {
    return { grant: settled.grant, state: settled, published, successorOf: plan.state.grant?.id }
  }
  if (settled.latest !== id) discard(parts, fresh)
  return undefined
}

async function crash(
  { authenticator, clock }: Parts,
  { ledger, owner, state: { latest: base } }: FlightPlan,
  cause: unknown,
): Promise<undefined> {
  const { subject } = authenticator
  const failure = {
    base,
    reason: reasonOf(cause),
    retryAfter: retryAfterOf(cause),
    now: clock.now(),
    random: clock.random(),
  }
  let counted = true
  const record = (state: SessionState): SessionState => {
    const next = fail(state, owner, failure)
    counted = next.hold !== state.hold
    return next
  }
  // Where the store is gone the lease, which nobody renews any more, holds the others back instead.
  const settled = await patiently(ledger, clock, () => ledger.update(record)).catch(() => undefined)
  if (!counted) return undefined
  const hold = settled?.hold
  const remaining = hold == null ? undefined : hold.until - hold.from
  if (remaining !== undefined) publish('latchkey:hold', () => ({ subject, reason: failure.reason, remaining }))
  throw loginError(cause, { subject, retryAfter: remaining })
}

/** Not believed unseen: `Number()` of a date is not a number, and neither is a hold that ends then. */
function retryAfterOf(cause: unknown): number | undefined {
  const retryAfter = reasonOf(cause) === 'throttled' ? (cause as LoginThrottledError).retryAfter : undefined
  return isTime(retryAfter) ? retryAfter : undefined
}

function unpublished(fresh: FreshGrant): Grant {
  return new Grant({ ...fresh, id: randomId(), generation: 0, issuedAt: 0, worked: false })
}
