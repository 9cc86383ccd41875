import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import { startRedis } from '@latchkey/local-redis'
import { afterAll, describe, expect, test } from 'vitest'
import type { WorkerStore } from '../src/places/place.ts'
import { startCallers } from './support/callers.ts'
import type { CallOutcome } from './support/caller.ts'

const username = 'ida@example.com'
const password = 'correct-horse-battery'
const wrong = 'incorrect-horse-battery'
const users = [{ username, password }]

const folder = await mkdtemp(join(tmpdir(), 'storm-test-'))
const redis = await startRedis()
const callers = await startCallers(4)
afterAll(async () => {
  callers.end()
  await redis.stop()
  await rm(folder, { recursive: true })
})

const stores: [string, WorkerStore][] = [
  ['a file', { kind: 'file', path: join(folder, 'sessions.db') }],
  ['Redis', { kind: 'redis', url: redis.url, by: 'url', isTemporary: true }],
]

const how = (outcomes: readonly CallOutcome[]): string[] => [...new Set(outcomes.map((outcome) => outcome.how))]

describe.each(stores)('processes that share %s', (_where, store) => {
  test('spend one login attempt on a wrong password for 200 calls, and the right one works at once', async () => {
    await using api = await startEmulator({ users })
    const access = { baseUrl: api.url, username, store, count: 50 }

    const refused = await callers.callAll(() => ({ ...access, password: wrong }))
    expect([refused.length, how(refused)]).toEqual([200, ['refused']])
    expect(refused.filter(({ text }) => text.includes(wrong))).toEqual([])
    expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 1, requests: 0 })

    expect(how(await callers.callAll(() => ({ ...access, password })))).toEqual(['served'])
    expect(api.counters).toMatchObject({ loginAttempts: 2, refused: 1, logins: 1, liveSessions: 1 })
  })

  test('spend one attempt on a throttled login for 200 calls, and are told how long to stay away', async () => {
    await using api = await startEmulator({ users })
    api.faults.throttleLogins = 90_000
    const outcomes = await callers.callAll(() => ({ baseUrl: api.url, username, password, store, count: 50 }))
    expect([outcomes.length, how(outcomes)]).toEqual([200, ['throttled']])
    expect(outcomes.filter(({ text }) => !/"retryAfter":(8\d{4}|90000)/.test(text))).toEqual([])
    expect(api.counters).toMatchObject({ loginAttempts: 1, throttled: 1 })
  })

  test('change their password one after the other: one login, and the old session serves until the last', async () => {
    await using api = await startEmulator({ users })
    const access = { baseUrl: api.url, username, store, count: 10 }
    const old = { ...access, password }
    const rotated = { ...access, password: 'another-horse-battery' }
    expect(how(await callers.callAll(() => old))).toEqual(['served'])

    api.setPassword(username, rotated.password)
    for (const changed of [1, 2, 3, 4]) {
      expect(how(await callers.callAll((index) => (index < changed ? rotated : old)))).toEqual(['served'])
    }
    expect(api.counters).toMatchObject({ loginAttempts: 2, logins: 2, refused: 0, liveSessions: 2 })

    // Whoever was forgotten is refused, and that holds nobody else back.
    api.resetSessions()
    const late = await callers.callAll((index) => (index === 0 ? old : rotated))
    expect(how(late).toSorted()).toEqual(['refused', 'served'])
    expect(api.counters).toMatchObject({ logins: 3, refused: 1 })
  })
})
