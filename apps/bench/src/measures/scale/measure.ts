import { startRedis } from '@latchkey/local-redis'
import type { Context, Measure } from '../measure.ts'
import { aimsOf } from './aims.ts'
import { measureProcesses, type ProcessesFound } from './processes.ts'
import { measureRequests, type RequestsFound } from './requests.ts'
import { tablesOf } from './tables.ts'
import { measureTenants, type TenantsFound } from './tenants.ts'

export interface ScaleFound {
  readonly processes: readonly ProcessesFound[]
  readonly requests: readonly RequestsFound[]
  readonly tenants: readonly TenantsFound[]
}

const sizes = {
  quick: { processes: [1, 2], requests: [1_000, 10_000], tenants: [1_000] },
  full: {
    processes: [1, 2, 4, 8, 16],
    requests: [1_000, 10_000, 100_000],
    tenants: [1, 10, 100, 1_000, 10_000, 100_000],
  },
}

const requestsOfProcess = 500

export const scaleMeasure: Measure<ScaleFound> = {
  name: 'scale',
  async run(context) {
    const { requests, tenants } = sizes[context.size]
    return {
      processes: await overRedis(context),
      requests: await each(requests, (count) => {
        context.say(`scale: ${count} requests`)
        return measureRequests(context.server, count)
      }),
      tenants: await each(
        tenants.flatMap((count) => [{ count, client: 'Session' } as const, { count, client: 'ServiceTrade' } as const]),
        (plan) => {
          context.say(`scale: ${plan.count} tenants, a ${plan.client} each`)
          return measureTenants({ server: context.server, ...plan, warmUp: 500 })
        },
      ),
    }
  },
  tables: tablesOf,
  aims: aimsOf,
}

async function overRedis({ server, size, say }: Context): Promise<ProcessesFound[]> {
  say('scale: starting Redis')
  const redis = await startRedis()
  try {
    return await each(sizes[size].processes, (processes) => {
      say(`scale: processes over Redis: ${processes}`)
      return measureProcesses({ server, redisUrl: redis.url, processes, requests: requestsOfProcess })
    })
  } finally {
    await redis.stop()
  }
}

/** One after another. */
async function each<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const one of all) results.push(await work(one))
  return results
}
