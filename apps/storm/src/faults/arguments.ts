import { defaults } from '../defaults.ts'
import type { FaultPlan, StorePlan } from '../options.ts'
import { UsageError } from '../usage-error.ts'
import { faultsFor } from './draw.ts'
import { type FaultName, faultNames, type FaultOrder, traitsOf } from './order.ts'

export interface FaultArguments {
  /** As in `redis-freeze:5000+reset,login-kill`. */
  readonly list?: string | undefined
  readonly random?: number | undefined
  readonly seed?: number | undefined
  /** s */
  readonly settling?: number | undefined
}

/** @throws {UsageError} for a fault that there is not, or that the store cannot be struck by */
export function readFaultPlan(
  { list, random = 0, seed, settling = defaults.settling }: FaultArguments,
  store: StorePlan,
): FaultPlan {
  const possible = faultsFor(store)
  return {
    orders: list === undefined ? [] : list.split(',').map((text) => readOrder(text, possible)),
    random,
    seed: seed ?? Math.floor(Math.random() * 2 ** 31),
    settling: settling * 1_000,
  }
}

function readOrder(text: string, possible: readonly FaultName[]): FaultOrder {
  const [, name, time, reset] = /^([a-z-]+)(?::(\d{1,6}))?(\+reset)?$/.exec(text) ?? []
  const known = faultNames.find((one) => one === name)
  if (known === undefined) {
    throw new UsageError(
      `--fault takes faults as in redis-freeze:5000+reset, of ${faultNames.join(', ')}, but got ${JSON.stringify(text)}`,
    )
  }
  if (!possible.includes(known)) {
    throw new UsageError(`--fault takes, with this --store, ${possible.join(', ')}, but got ${JSON.stringify(text)}`)
  }
  const traits = traitsOf(known)
  if (reset !== undefined && traits.reset === 'never') {
    throw new UsageError(`--fault takes ${known} without +reset, but got ${JSON.stringify(text)}`)
  }
  return {
    name: known,
    time: time === undefined ? Math.round((traits.times[0] + traits.times[1]) / 2) : Number(time),
    reset: reset !== undefined || traits.reset === 'always',
  }
}
