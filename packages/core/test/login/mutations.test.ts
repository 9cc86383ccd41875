import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type * as Ledger from '../../src/store/ledger.ts'
import type * as Rules from '../../src/rules/rules.ts'
import { calm } from '../support/plans.ts'
import { type Outcome, type Plan, simulate } from '../support/simulation.ts'

type RulesModule = typeof Rules

const rulesPath = '../../src/rules/rules.ts'
const ledgerPath = '../../src/store/ledger.ts'

/** Logins slower than the lease, whose holder is thought dead each time. */
const slowLogins: fc.Arbitrary<Plan> = calm.map((plan) => ({
  ...plan,
  processes: 4,
  loginLatency: 4_000,
  lostBeats: true,
  resets: [],
  tuning: { leaseTime: 1_000, maxWait: 30_000 },
}))

/** A server that refuses all its sessions, and a process that keeps asking. */
const stubbornServer: fc.Arbitrary<Plan> = calm.map((plan) => ({
  ...plan,
  refusesFresh: true,
  tuning: { loginBudget: { limit: 3, window: 60_000 } },
}))

interface Rule {
  readonly plans: fc.Arbitrary<Plan>
  readonly holds: (outcome: Outcome, plan: Plan) => boolean
  /** What the rules look like without it. */
  readonly without: (original: RulesModule) => Partial<RulesModule>
}

const oneLoginPerReset = (outcome: Outcome): boolean => outcome.finished && outcome.logins <= 1 + outcome.resets

const rules: Record<string, Rule> = {
  'a reject compares the grant with the current one': {
    plans: calm,
    holds: oneLoginPerReset,
    without: ({ reject }) => ({ reject: (state, _id, verdict) => reject(state, state.grant?.id ?? '', verdict) }),
  },
  'whoever is to take the lease looks for a grant first': {
    plans: calm,
    holds: oneLoginPerReset,
    without: ({ decide }) => ({
      decide: (state, view) => {
        // A few times only, or the fleet would log in for ever and the run never end.
        const decision = decide(state, view)
        return decision.action === 'adopt' && view.flightSeenFor === 0 && state.logins.length < 6
          ? decide({ ...state, grant: null }, view)
          : decision
      },
    }),
  },
  'the first valid commit wins, lease or no lease': {
    plans: slowLogins,
    holds: ({ failures }) => failures.length === 0,
    without: ({ commit }) => ({
      commit: (state, arrival) => (state.flight?.owner === arrival.owner ? commit(state, arrival) : undefined),
    }),
  },
  'a commit counts only if no other came since the flight took off': {
    plans: slowLogins,
    holds: ({ liveSessions }) => liveSessions <= 1,
    without: ({ commit }) => ({ commit: (state, arrival) => commit(state, { ...arrival, base: state.latest }) }),
  },
  'the login budget is kept': {
    plans: stubbornServer,
    holds: ({ loginTimes }, { tuning }) => keepsBudget(loginTimes, tuning!.loginBudget!),
    without: ({ decide }) => ({
      decide: (state, view) => decide(state, { ...view, budget: { ...view.budget, limit: Number.POSITIVE_INFINITY } }),
    }),
  },
  'a lease is taken over only when it was seen idle for its whole time': {
    plans: calm,
    holds: oneLoginPerReset,
    without: ({ decide }) => ({
      decide: (state, view) => decide(state, { ...view, flightSeenFor: view.flightSeenFor * 20 }),
    }),
  },
}

afterEach(() => {
  vi.doUnmock(rulesPath)
  vi.doUnmock(ledgerPath)
  vi.resetModules()
})

test.each(Object.entries(rules))(
  '%s, and without that rule a promise breaks',
  async (_name, { plans, holds, without }) => {
    expect((await check(plans, holds)).failed).toBe(false)

    vi.doMock(rulesPath, async (importOriginal) => {
      const original = await importOriginal<RulesModule>()
      return { ...original, ...without(original) }
    })
    expect((await check(plans, holds)).failed).toBe(true)
  },
)

test('without compare-and-set a promise breaks', async () => {
  vi.doMock(ledgerPath, async (importOriginal) => {
    const original = await importOriginal<typeof Ledger>()
    class Overwriting extends original.StoreLedger {
      override async write(
        ...[state]: Parameters<Ledger.StoreLedger['write']>
      ): ReturnType<Ledger.StoreLedger['write']> {
        const { version } = await this.read()
        return super.write(state, version)
      }
    }
    return { ...original, StoreLedger: Overwriting }
  })
  expect((await check(calm, oneLoginPerReset)).failed).toBe(true)
})

async function check(plans: fc.Arbitrary<Plan>, holds: Rule['holds']): Promise<{ failed: boolean }> {
  vi.resetModules()
  const { Keeper } = await import('../../src/login/keeper.ts')
  const property = fc.asyncProperty(plans, async (plan) => holds(await simulate(plan, Keeper), plan))
  // Without its rule a promise breaks in every third run at the least: more of them would find no more.
  return fc.check(property, { numRuns: 100, endOnFailure: true })
}

function keepsBudget(times: readonly number[], { limit, window }: { limit: number; window: number }): boolean {
  return times.every((start) => times.filter((time) => time >= start && time < start + window).length <= limit)
}
