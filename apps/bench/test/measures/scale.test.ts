import { redisUrl } from '@latchkey/local-redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scaleMeasure } from '../../src/measures/scale/measure.ts'
import { measureProcesses } from '../../src/measures/scale/processes.ts'
import { measureRequests } from '../../src/measures/scale/requests.ts'
import { measureTenants } from '../../src/measures/scale/tenants.ts'
import { Server } from '../../src/server/server.ts'

/** Processes take long to start on a machine where other tests run, ms. */
const timeout = 120_000

let server: Server

beforeAll(async () => {
  server = await Server.start()
})

afterAll(() => server.stop())

describe('more processes', { timeout }, () => {
  let redis: Awaited<ReturnType<typeof redisUrl>>

  beforeAll(async () => {
    redis = await redisUrl()
  })

  afterAll(() => redis.close())

  const measure = (processes: number, requests: number) =>
    measureProcesses({ server, redisUrl: redis.url, processes, requests })

  test('log in once, and once more after a reset', async () => {
    expect(await measure(2, 40)).toMatchObject({ processes: 2, requests: 80, logins: 2 })
  })

  test('cost no more store operations with more requests', async () => {
    const [few, many] = [await measure(1, 20), await measure(1, 200)]
    expect(few.operations).toBeGreaterThan(0)
    expect(many).toMatchObject({ processes: 1, requests: 200, logins: 2, operations: few.operations })
    expect(many.rss).toBeGreaterThan(10_000_000)
  })
})

test('more requests cost neither logins nor store operations', { timeout }, async () => {
  const [few, many] = [await measureRequests(server, 10), await measureRequests(server, 500)]
  expect(few.operations).toBeGreaterThan(0)
  expect(many).toMatchObject({ requests: 500, logins: 1, operations: few.operations })
})

test.each(['Session', 'ServiceTrade'] as const)(
  'each tenant costs a %s one login, however many',
  { timeout },
  async (client) => {
    const measure = (count: number) => measureTenants({ server, client, count, warmUp: 5 })
    const [one, many] = [await measure(1), await measure(30)]
    expect(one).toMatchObject({ client, tenants: 1, logins: 1 })
    expect(many).toMatchObject({ client, tenants: 30, logins: 30, operations: 30 * one.operations })
    expect(many.bytesEach).not.toBeNaN()
  },
)

test('what grows with the requests misses its aim, and the look once a minute does not count', () => {
  const processes = [{ processes: 2, requests: 80, logins: 3, operations: 12, rss: 1 }]
  const least = { requests: 10, time: 100, logins: 1, operations: 6, heap: 1 }
  const valuesOf = (operations: number, time: number, count: number) => {
    const most = { requests: 100, time, logins: 2, operations, heap: 1 }
    const each = { tenants: count, logins: count, operations: 6 * count }
    const tenants = [
      { client: 'Session', ...each, bytesEach: 2_049.4 },
      { client: 'ServiceTrade', ...each, bytesEach: 9_000 },
    ] as const
    return scaleMeasure.aims({ processes, requests: [least, most], tenants }).map(({ value }) => value)
  }
  expect(valuesOf(8, 120_000, 100_000)).toEqual([3, 2, 1, 1, 2_049])
  expect(valuesOf(12, 100, 100_000)).toEqual([3, 2, 2, 1, 2_049])
  // The heap of few tenants tells nothing of one.
  expect(valuesOf(12, 100, 1_000)).toEqual([3, 2, 2, 1])
})
