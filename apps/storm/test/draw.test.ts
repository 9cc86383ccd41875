import { describe, expect, test } from 'vitest'
import { drawFaults, faultsFor, seeded } from '../src/faults/draw.ts'
import { faultNames, traitsOf } from '../src/faults/order.ts'

const server = { kind: 'redis', topology: 'server' } as const

describe('faults', () => {
  test('are drawn again by the same seed, and others by another', () => {
    const draw = (seed: number) => drawFaults(50, faultsFor(server), seeded(seed))
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  test('last as long, and come with a reset, as their kind has it', () => {
    for (const { name, time, reset } of drawFaults(2_000, faultNames, seeded(1))) {
      const traits = traitsOf(name)
      expect(time).toBeGreaterThanOrEqual(traits.times[0])
      expect(time).toBeLessThanOrEqual(traits.times[1])
      if (traits.reset !== 'sometimes') expect(reset).toBe(traits.reset === 'always')
    }
  })

  test('strike what there is: each kind at some store', () => {
    expect(faultsFor({ kind: 'file' })).not.toContain('redis-kill')
    expect(faultsFor({ kind: 'memory' })).not.toContain('login-kill')
    expect(faultsFor({ kind: 'redis', topology: 'given', url: 'redis://a' })).not.toContain('redis-flush')
    const sentinel = { kind: 'redis', topology: 'sentinel' } as const
    expect(new Set([...faultsFor(server), ...faultsFor(sentinel)])).toEqual(new Set(faultNames))
  })
})
