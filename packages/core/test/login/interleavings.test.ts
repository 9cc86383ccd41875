import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Keeper } from '../../src/login/keeper.ts'
import { simulate } from '../support/simulation.ts'
import { calm, faulty, troubled } from '../support/plans.ts'
import { runs } from '../support/runs.ts'

test('one reset costs one login, whatever the interleaving', { timeout: 1_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(calm, async (plan) => {
      const outcome = await simulate(plan, Keeper)
      expect(outcome).toMatchObject({
        finished: true,
        failures: [],
        converged: true,
        publishedIsLive: true,
        liveSessions: 1,
      })
      expect(outcome.logins).toBeLessThanOrEqual(1 + outcome.resets)
    }),
    { numRuns: runs(5_000) },
  )
})

test('kills, freezes and lost replies cost at most a login each and no request', { timeout: 1_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(faulty, async (plan) => {
      const outcome = await simulate(plan, Keeper)
      expect(outcome).toMatchObject({ finished: true, failures: [], converged: true, publishedIsLive: true })
      expect(outcome.logins).toBeLessThanOrEqual(1 + outcome.resets + outcome.kills + plan.freezes.length)
      expect(outcome.liveSessions).toBeLessThanOrEqual(1 + outcome.kills)
    }),
    { numRuns: runs(3_500) },
  )
})

test(
  'a store that fails or forgets costs a login for each process at most, and no request',
  { timeout: 1_200_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(troubled, async (plan) => {
        const outcome = await simulate(plan, Keeper)
        expect(outcome).toMatchObject({ finished: true, failures: [], converged: true, publishedIsLive: true })
        const trouble = plan.wipes!.length + plan.outages!.length
        const each = trouble === 0 ? 1 : plan.processes
        expect(outcome.logins).toBeLessThanOrEqual(each * (1 + outcome.resets) + trouble)
        // A grant that was published may be in use anywhere, so one that a store lost is left to end by itself.
        expect(outcome.liveSessions).toBeLessThanOrEqual(1 + plan.wipes!.length)
      }),
      { numRuns: runs(1_500) },
    )
  },
)
