import { Sessions } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type Plain, plainClient } from './open.ts'

type Step =
  | { do: 'ask' | 'forget'; tenant: string }
  | { do: 'pass'; ms: number }
  | { do: 'open' | 'fail'; which: number }

const tenant = fc.constantFrom('acme', 'bolt', 'core', 'dyne', 'evil')
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('ask' as const), tenant }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constantFrom('open' as const, 'fail' as const), which: fc.nat(9) }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(700) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('forget' as const), tenant }), weight: 1 },
)

/** Openings that are under way, to be ended in any order. */
class Openings {
  readonly pending: { tenant: string; settle: PromiseWithResolvers<Plain> }[] = []
  count = 0

  open = (of: string): Promise<Plain> => {
    const settle = Promise.withResolvers<Plain>()
    this.pending.push({ tenant: of, settle })
    this.count += 1
    return settle.promise
  }

  end(which: number, how: 'open' | 'fail'): void {
    const [one] = this.pending.splice(which % Math.max(1, this.pending.length), 1)
    if (how === 'open') one?.settle.resolve(plainClient(one.tenant))
    else one?.settle.reject(new Error(`not today, ${one.tenant}`))
  }
}

test('whoever asks for a tenant gets that one, however tenants come, go, fail and are dropped meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (steps, limit) => {
      const clock = new VirtualClock()
      const openings = new Openings()
      const options = { store: new MemoryTokenStore(), open: openings.open, limit, idleTime: 1_000 }
      const sessions = Reflect.construct(Sessions, [options, clock]) as Sessions<Plain>
      const asked: Promise<void>[] = []
      for (const one of steps) {
        if ('which' in one) openings.end(one.which, one.do)
        else if (one.do === 'pass') await clock.advance(one.ms)
        else if (one.do === 'forget') sessions.forget(one.tenant)
        else {
          const message = `not today, ${one.tenant}`
          const outcome = sessions.for(one.tenant).then(
            (client) => expect(client.tenant).toBe(one.tenant),
            (error: Error) => expect(error.message).toBe(message),
          )
          asked.push(outcome)
        }
        // An opening begins a moment after it was asked for.
        await Promise.resolve()
        expect(sessions.size).toBeLessThanOrEqual(limit)
      }
      while (openings.pending.length > 0) openings.end(0, 'open')
      await Promise.all(asked)
      for (const [of, client] of sessions.clients()) expect(client.tenant).toBe(of)
      expect(openings.count).toBeLessThanOrEqual(asked.length)
      await sessions.close()
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 1_000 },
  )
})
