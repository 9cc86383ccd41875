import { redisUrl } from '@latchkey/local-redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { coldStartMeasure, measureColdStart } from '../../src/measures/cold-start/measure.ts'
import { Server } from '../../src/server/server.ts'

/** Nine processes, on a machine where other tests run, ms. */
const timeout = 120_000

let server: Server

beforeAll(async () => {
  server = await Server.start()
})

afterAll(() => server.stop())

test('processes that start at once log in once over a shared store, or each for itself', { timeout }, async () => {
  const redis = await redisUrl()
  try {
    const plan = { server, processes: 3, redisUrl: redis.url, loginTime: 50, rounds: 1 }
    const found = await measureColdStart({ ...plan, say: () => {} })
    expect(found.subjects.map(({ logins }) => logins)).toEqual([[1], [1], [3]])
    expect(found.subjects.map(({ time }) => time.count)).toEqual([1, 1, 1])
    const kept = coldStartMeasure.aims(found).map(({ value, bound }) => [value, bound])
    expect(kept).toEqual([
      [1, { atMost: 1 }],
      [1, { atMost: 1 }],
    ])
    const [table] = coldStartMeasure.tables(found)
    expect(table!.rows.map((row) => row.at(-1))).toEqual(['1', '1', '3'])
  } finally {
    await redis.close()
  }
})
