import type { StorePlan } from '../options.ts'
import { type FaultName, faultNames, type FaultOrder, type Target, traitsOf } from './order.ts'

/** The faults that a storm over this store can be struck by. */
export function faultsFor(store: StorePlan): readonly FaultName[] {
  const targets = targetsIn(store)
  return faultNames.filter((name) => targets.includes(traitsOf(name).target))
}

function targetsIn(store: StorePlan): readonly Target[] {
  // Each process of its own logs in: none is the one that does.
  if (store.kind === 'memory') return ['server', 'worker']
  const always: Target[] = ['login', 'server', 'worker']
  if (store.kind === 'file' || store.topology === 'given') return always
  if (store.topology === 'sentinel') return [...always, 'primary']
  // What a cluster's clients are told of its nodes leads them around any link.
  return store.topology === 'cluster' ? [...always, 'redis'] : [...always, 'redis', 'network']
}

/** Draws so many faults. The same random numbers draw the same. */
export function drawFaults(count: number, names: readonly FaultName[], random: () => number): FaultOrder[] {
  return Array.from({ length: count }, () => {
    const name = names[Math.floor(random() * names.length)]!
    const { times, reset } = traitsOf(name)
    const time = Math.round(times[0] + random() * (times[1] - times[0]))
    const chance = random()
    return { name, time, reset: reset === 'always' || (reset === 'sometimes' && chance < 0.5) }
  })
}

/** A small generator of random numbers that a seed repeats. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
