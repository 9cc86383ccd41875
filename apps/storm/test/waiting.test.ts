import { startLink, startRedis } from '@latchkey/local-redis'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { startCallers } from './support/callers.ts'

const username = 'ida@example.com'
const password = 'correct-horse-battery'

test('100 waiters in 8 processes cost fewer than 200 commands during a login of 5 s', async () => {
  await using api = await startEmulator({ users: [{ username, password }] })
  await using redis = await startRedis()
  const links = await Promise.all(Array.from({ length: 8 }, () => startLink(redis.port)))
  using callers = await startCallers(8)
  api.faults.loginLatency = 5_000

  const outcomes = await callers.callAll((index) => ({
    baseUrl: api.url,
    username,
    password,
    store: { kind: 'redis', url: links[index]!.url, by: 'url', isTemporary: true },
    count: index < 4 ? 13 : 12,
  }))
  expect(outcomes.map(({ how }) => how)).toEqual(Array(100).fill('served'))
  expect(api.counters).toMatchObject({ loginAttempts: 1, logins: 1 })
  // All that goes over the wire: connecting and subscribing, too.
  expect(links.reduce((sum, link) => sum + link.requests, 0)).toBeLessThan(200)
  await Promise.all(links.map((link) => link.stop()))
})
