import { afterAll, beforeAll, expect, test } from 'vitest'
import { measureRecovery, recoveryMeasure } from '../../src/measures/recovery/measure.ts'
import { recover } from '../../src/measures/recovery/recover.ts'
import type { Subject } from '../../src/measures/recovery/subjects.ts'
import { Server } from '../../src/server/server.ts'

let server: Server

beforeAll(async () => {
  server = await Server.start()
})

afterAll(() => server.stop())

const size = { inFlight: 5, loginTime: 100 }

test('a reset under 5 calls costs us one login and no call, and others what they lose', async () => {
  const found = await measureRecovery({ server, ...size, rounds: 1, say: () => {} })
  const costs = found.subjects.map(({ name, logins, failed }) => [name, logins, failed])
  expect(costs).toEqual([
    ['ServiceTrade.get', [1], [0]],
    ['@latchkey/servicetrade/sdk', [1], [0]],
    ['@latchkey/servicetrade/legacy', [1], [0]],
    ['axios with axios-auth-refresh', [1], [4]],
    ['the same with deduplicateRefresh: false', [1], [0]],
    ['google-auth-library', [1], [0]],
  ])
  expect(found.subjects.every(({ ratio }) => ratio.count === 1 && ratio.median > 0)).toBe(true)
  expect(recoveryMeasure.aims(found)).toEqual([
    {
      what: 'recovery with 5 in flight over login + request',
      value: found.subjects[0]!.ratio.median,
      bound: { atMost: 1.1 },
    },
  ])
  const [table] = recoveryMeasure.tables(found)
  expect(table!.rows.map((row) => row.slice(-2))).toContainEqual(['1', '4'])
})

test('calls that never get to the server are an error, and the next client is served', async () => {
  const idle: Subject = { name: 'idle', open: () => ({ get: async () => {}, close: () => {} }) }
  await expect(recover(idle, { server, ...size })).rejects.toThrow('ended before all of them were under way')
  const answer = await fetch(`${server.origin}/api/job/1`)
  expect(answer.status).toBe(401)
})
