import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../src/measures/throughput/client/client.ts'
import { measureThroughput, throughputMeasure } from '../src/measures/throughput/measure.ts'
import { plans, type ThroughputPlan } from '../src/measures/throughput/plan.ts'
import { groups, pairs, type SubjectName, subjects } from '../src/measures/throughput/subjects.ts'
import { Server } from '../src/server/server.ts'

const flags = ['--conditions=latchkey-source']
const names = Object.keys(subjects) as SubjectName[]

let server: Server
beforeAll(async () => {
  server = await Server.start()
})
afterAll(() => server.stop())

const tiny: ThroughputPlan = {
  subjects: names,
  concurrencies: [3, 50],
  generations: 1,
  rounds: 2,
  pairRounds: 1,
  slice: 5,
  lead: 1,
  warmUps: 1,
  allocation: { subjects: ['request', 'interceptor'], rounds: 2, requests: 100, warmUps: 1 },
  flags,
}

test('every client is measured at every concurrency', { timeout: 120_000 }, async () => {
  const said: string[] = []
  const found = await measureThroughput({ origin: server.origin, plan: tiny, say: (what) => said.push(what) })
  expect(found.rows.map(({ subject, concurrency }) => `${subject} ${concurrency}`).toSorted()).toEqual(
    names.flatMap((name) => [`${name} 3`, `${name} 50`]).toSorted(),
  )
  for (const { subject, concurrency, throughput, cpu, p50, p99 } of found.rows) {
    for (const { median, count } of [throughput, cpu, p50, p99]) {
      expect(median).toBeGreaterThan(0)
      expect(count).toBe(pairs.flat().includes(subject) && concurrency === 50 ? 3 : 2)
    }
  }
  expect(found.allocations.map(({ subject }) => subject)).toEqual(['request', 'interceptor'])
  for (const { bytes } of found.allocations) expect(bytes.median).toBeGreaterThan(100)
  expect(JSON.parse(JSON.stringify(found))).toEqual(found)

  const aims = throughputMeasure.aims(found)
  expect(aims).toHaveLength(7)
  for (const { value } of aims) expect(value).toBeGreaterThan(0)
  const text = JSON.stringify(throughputMeasure.tables(found))
  for (const name of names) expect(text).toContain(JSON.stringify(subjects[name].label).slice(1, -1))
  expect(text).not.toMatch(/NaN|undefined"|null/)
  expect(said).toContain('throughput: round 3 of 3')
})

describe('a client', () => {
  let client: Client
  beforeAll(() => {
    client = new Client({ origin: server.origin, flags })
  })
  afterAll(() => client.stop())

  test.each(['request', 'fetch', 'parsed'] as const)('that is refused is an error: %s', async (subject) => {
    const slice = { subject, concurrency: 2, time: 5, lead: 0 }
    await client.slice(slice)
    await server.order({ type: 'reset' })
    await expect(client.slice(slice)).rejects.toThrow(new RegExp(`^${subject}: `))
  })

  test.each(['get', 'interceptor', 'session-fetch', 'sdk', 'legacy', 'axios'] as const)(
    'with a session logs in once, and once more after a reset: %s',
    async (subject) => {
      const slice = { subject, concurrency: 1, time: 5, lead: 0 }
      const before = await server.order({ type: 'count' })
      await client.slice(slice)
      await client.slice(slice)
      const between = await server.order({ type: 'reset' })
      expect(between.logins - before.logins).toBe(1)
      await client.slice(slice)
      const after = await server.order({ type: 'count' })
      expect(after.logins - between.logins).toBe(1)
    },
  )
})

test('a client process that ends is an error', async () => {
  const client = new Client({ origin: server.origin, flags: ['--eval', 'process.exit(3)'] })
  await expect(client.slice({ subject: 'request', concurrency: 1, time: 5, lead: 0 })).rejects.toThrow(
    'A client process ended with code 3',
  )
  await client.stop()
})

test('the quick plan leaves out nobody that an aim is about', () => {
  const needed = ['request', 'interceptor', 'parsed', 'get', 'fetch', 'session-fetch', 'axios', 'google']
  expect(plans.quick.subjects).toEqual(expect.arrayContaining(needed))
  expect(plans.full.subjects.toSorted()).toEqual(names.toSorted())
  expect(groups.flat().toSorted()).toEqual(names.toSorted())
})
