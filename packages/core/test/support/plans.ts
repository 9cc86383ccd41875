import fc from 'fast-check'
import type { Plan } from './simulation.ts'

const base = {
  seed: fc.integer(),
  processes: fc.integer({ min: 1, max: 4 }),
  requests: fc.integer({ min: 1, max: 6 }),
  storeLatency: fc.integer({ min: 1, max: 50 }),
  loginLatency: fc.integer({ min: 1, max: 2_000 }),
  resets: fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 3 }),
}

/** Nothing breaks but the server's sessions. */
export const calm: fc.Arbitrary<Plan> = fc.record({
  ...base,
  kills: fc.constant(0),
  freezes: fc.constant([]),
  lostReplies: fc.constant(0),
})

/** Processes die while they log in, or stand still for a while, and some of the store's replies are lost. */
export const faulty: fc.Arbitrary<Plan> = fc.record({
  ...base,
  kills: fc.integer({ min: 0, max: 2 }),
  freezes: fc.array(
    fc.record({
      process: fc.nat(3),
      at: fc.integer({ min: 0, max: 4_000 }),
      time: fc.integer({ min: 1, max: 20_000 }),
    }),
    { maxLength: 2 },
  ),
  lostReplies: fc.constantFrom(0, 0, 0.05),
})

/** The store loses its data, or is out of reach of some or all, while sessions die. */
export const troubled: fc.Arbitrary<Plan> = fc.record({
  ...base,
  kills: fc.constant(0),
  freezes: fc.constant([]),
  lostReplies: fc.constantFrom(0, 0, 0.05),
  wipes: fc.array(fc.integer({ min: 0, max: 8_000 }), { maxLength: 2 }),
  outages: fc.array(
    fc.record({
      process: fc.oneof(fc.constant('all' as const), fc.nat(3)),
      at: fc.integer({ min: 0, max: 5_000 }),
      time: fc.integer({ min: 1, max: 20_000 }),
    }),
    { maxLength: 2 },
  ),
})
