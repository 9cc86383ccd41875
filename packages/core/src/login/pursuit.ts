import { type LoginReason, publish } from '../diagnostics.ts'
import { type LoginError, LoginFailedError, LoginThrottledError, TokenStoreError } from '../errors.ts'
import { fly, type Landing } from './flight.ts'
import { type Entry, LocalLedger, type StoreLedger } from '../store/ledger.ts'
import { Hints } from './hints.ts'
import { holdError } from './login-errors.ts'
import { randomId } from '../random-id.ts'
import type { Parts, Settings } from './parts.ts'
import { isOutage, patiently } from '../store/patience.ts'
import { decide, type Decision, isExpired, type View } from '../rules/rules.ts'
import type { Audience } from './shared-pursuit.ts'
import type { Sightings } from './sightings.ts'
import type { SessionState } from '../rules/state.ts'

const firstPoll = 20
const pollGrowth = 1.5

/** How long those who wait put up with a login that fails, ms, before they get its error: a hiccup must cost no request. */
const failurePatience = 5_000

export interface Quest extends Audience {
  readonly ledger: StoreLedger
  /** Where to go on when the store is gone and the session is to continue. */
  readonly fallback: () => LocalLedger
  /** What this process has seen of flights and holds, in earlier pursuits too. */
  readonly sightings: Sightings
  /** The id of a grant that is to be refreshed ahead of its expiry. */
  readonly replacing: string | undefined
  /** Applies what this process knows of dead grants. */
  readonly bury: (state: SessionState) => SessionState
  /** Called with each state as it was read. */
  readonly onRead: (state: SessionState | undefined) => void
}

/** How seldom a waiter looks at the most, ms. A lease must be looked at several times before it is taken over. */
export function longestPollOf({ leaseTime }: Pick<Settings, 'leaseTime'>): number {
  return leaseTime / 10
}

/**
 * How long a waiter relies on hints, ms, once one came. Whoever logs in renews the lease more often than this,
 * so as long as all is well nobody has to look for himself.
 */
function hintedPollOf({ leaseTime }: Settings, random: number): number {
  return leaseTime * (0.28 + random * 0.02)
}

export type Found = Landing & { readonly how: 'adopted' | 'logged-in' }

/** Looks for a live grant until there is one: adopts another's, waits for a flight under way, or flies. */
export async function pursue(parts: Parts, quest: Quest): Promise<Found> {
  const hints = new Hints(parts.clock)
  try {
    return await search(parts, quest, hints)
  } finally {
    hints.stop()
  }
}

async function search(parts: Parts, quest: Quest, hints: Hints): Promise<Found> {
  const { authenticator, clock, settings } = parts
  const { subject } = authenticator
  const longestPoll = longestPollOf(settings)
  let ledger: StoreLedger | LocalLedger = quest.ledger
  let owner = randomId()
  let poll = firstPoll
  let isHinted = false
  let failure: LoginError | undefined
  const began = clock.monotonic()

  for (;;) {
    quest.assertWanted()
    try {
      const entry = await read()
      // Again: a login cannot be called off, so the last moment counts.
      quest.assertWanted()
      const state = quest.bury(entry.state)
      const view = look(state)
      const decision = decide(state, view)
      if (decision.action === 'adopt') {
        const { grant } = decision
        const published = !(ledger instanceof LocalLedger) || ledger.isShared(grant)
        return { grant, state, published, how: 'adopted' }
      }
      if (decision.action === 'fly') {
        const landing = await takeOff(entry, state, decision.next)
        if (landing !== undefined) return { ...landing, how: 'logged-in' }
        continue
      }
      if (state !== entry.state && (await ledger.write(state, entry.version)) === undefined) continue
      if (decision.action === 'save') throw budgetError(decision.remaining)
      if (decision.action === 'hold' && !isWaitedOut(decision)) {
        throw holdError(decision.reason, { subject, remaining: decision.remaining, cause: failure })
      }
      await rest(decision.action === 'hold' ? decision.remaining : Number.POSITIVE_INFINITY)
    } catch (error) {
      if (!(error instanceof TokenStoreError) || ledger !== quest.ledger) throw error
      if (!isOutage(quest.ledger)) {
        await rest(longestPoll)
        continue
      }
      if (settings.storeFailure === 'fail') throw error
      quest.onRead(undefined)
      publish('latchkey:store', () => ({ subject, event: 'outage', error }))
      ledger = quest.fallback()
    }
  }

  async function read(): Promise<Entry> {
    const entry = await patiently(ledger, clock, () => ledger.read(), quest.signal)
    quest.onRead(entry.state)
    return entry
  }

  function look(state: SessionState): View {
    return {
      ...quest.sightings.look(state, clock.monotonic()),
      now: clock.now(),
      leaseTime: settings.leaseTime,
      budget: settings.loginBudget,
      owner,
      replacing: quest.replacing,
    }
  }

  async function takeOff(entry: Entry, before: SessionState, next: SessionState): Promise<Landing | undefined> {
    let flown = false
    quest.onFlight(true)
    try {
      const saved = await ledger.write(next, entry.version)
      if (saved === undefined) return undefined
      // A write that fails may have been done, and the next try must know the lease for its own. A flight is over once.
      flown = true
      const reason = reasonFor(before, quest.replacing, clock.now())
      return await fly(parts, { ledger, fallback: quest.fallback, state: saved.state, owner, reason })
    } catch (error) {
      const isPassing = error instanceof LoginFailedError || error instanceof LoginThrottledError
      if (!isPassing || !isBearable(error.retryAfter)) throw error
      failure = error
      return undefined
    } finally {
      if (flown) owner = randomId()
      quest.onFlight(false)
    }
  }

  /** Whether those who wait put up with a hold of so many ms. */
  function isBearable(retryAfter = Number.POSITIVE_INFINITY): boolean {
    return clock.monotonic() - began + retryAfter < failurePatience
  }

  function isWaitedOut({ reason, remaining }: Decision & { action: 'hold' }): boolean {
    if (reason === 'failing') return remaining <= settings.maxWait
    return reason === 'throttled' && isBearable(remaining)
  }

  function budgetError(remaining: number): LoginThrottledError {
    const { limit, window } = settings.loginBudget
    publish('latchkey:hold', () => ({ subject, reason: 'budget', remaining }))
    const message = `The login budget of ${limit} in ${window} ms is spent: no login starts within the next ${Math.ceil(remaining)} ms`
    return new LoginThrottledError(message, { subject, retryAfter: Math.ceil(remaining), cause: failure })
  }

  /** Full jitter would let some look at the lease too seldom to count, so half of each pause is fixed. */
  async function rest(atMost: number): Promise<void> {
    const usual = isHinted ? hintedPollOf(settings, clock.random()) : poll * (0.5 + clock.random() / 2)
    if (!isHinted) poll = Math.min(poll * pollGrowth, longestPoll)
    isHinted = await hints.rest(ledger, Math.min(atMost, usual), quest.signal)
  }
}

function reasonFor({ latest, grant, flight }: SessionState, replacing: string | undefined, now: number): LoginReason {
  if (flight !== null) return 'takeover'
  if (grant !== null) return grant.id === replacing && !isExpired(grant, now) ? 'refresh' : 'expired'
  return latest === null ? 'first' : 'reset'
}
