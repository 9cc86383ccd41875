import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Keeper } from '../../src/login/keeper.ts'
import { simulate } from '../support/simulation.ts'
import { calm, faulty } from '../support/plans.ts'
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
    { numRuns: runs(6_000) },
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
    { numRuns: runs(4_000) },
  )
})
