import { startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { call, createClock, login } from './support.ts'

const users = [
  { username: 'one', password: 'first' },
  { username: 'two', password: 'second' },
]

test('those that are live are listed, without their tokens', async () => {
  const clock = createClock()
  await using api = await startEmulator({ clock: clock.read })
  const since = clock.read()
  const token = await login(api)
  expect(api.sessions).toEqual([{ username: 'integration', since, lastUsed: since }])
  clock.forward(1_000)
  await call(api, '/job/1', { token })
  expect(api.sessions).toEqual([{ username: 'integration', since, lastUsed: since + 1_000 }])
  api.resetSessions()
  expect(api.sessions).toEqual([])
})

describe('caps', () => {
  test('past the hard cap the oldest sessions go, down to the soft cap', async () => {
    await using api = await startEmulator({ softCap: 3, hardCap: 5 })
    const tokens: string[] = []
    for (let count = 0; count < 5; count++) tokens.push(await login(api))
    expect(api.counters).toMatchObject({ liveSessions: 5, pruned: 0 })
    // A request does not make a session younger.
    await call(api, '/job/1', { token: tokens[0]! })
    tokens.push(await login(api))
    const answers = await Promise.all(tokens.map((token) => call(api, '/job/1', { token })))
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 200, 200, 200])
    expect(api.counters).toMatchObject({ liveSessions: 3, pruned: 3, logins: 6 })
  })

  test('are 100 and 200 by default', async () => {
    await using api = await startEmulator()
    await Promise.all(Array.from({ length: 200 }, () => login(api)))
    expect(api.counters).toMatchObject({ liveSessions: 200, pruned: 0 })
    await login(api)
    expect(api.counters).toMatchObject({ liveSessions: 100, pruned: 101 })
  })

  test('count each user for itself', async () => {
    await using api = await startEmulator({ users, softCap: 1, hardCap: 2 })
    const bystander = await login(api, users[1])
    for (let count = 0; count < 7; count++) await login(api, users[0])
    expect((await call(api, '/job/1', { token: bystander })).status).toBe(200)
  })

  test('do not count sessions that were ended', async () => {
    await using api = await startEmulator({ softCap: 1, hardCap: 2 })
    const first = await login(api)
    for (let count = 0; count < 5; count++) {
      await call(api, '/auth', { method: 'DELETE', token: await login(api) })
    }
    expect((await call(api, '/job/1', { token: first })).status).toBe(200)
    expect(api.counters).toMatchObject({ pruned: 0, liveSessions: 1 })
  })
})

describe('lifetimes', () => {
  test('a session lives until it is ended by default', async () => {
    const clock = createClock()
    await using api = await startEmulator({ clock: clock.read })
    const token = await login(api)
    clock.forward(10 * 365 * 24 * 60 * 60 * 1000)
    expect((await call(api, '/job/1', { token })).status).toBe(200)
  })

  test('a session ends with its lifetime, however busy it is', async () => {
    const clock = createClock()
    await using api = await startEmulator({ sessionLifetime: 1000, clock: clock.read })
    const token = await login(api)
    clock.forward(999)
    expect((await call(api, '/job/1', { token })).status).toBe(200)
    clock.forward(1)
    expect((await call(api, '/job/1', { token })).status).toBe(401)
    expect((await call(api, '/auth', { token })).status).toBe(404)
    expect(api.counters).toMatchObject({ expired: 1, liveSessions: 0 })
  })

  test('an idle session ends, a busy one goes on', async () => {
    const clock = createClock()
    await using api = await startEmulator({ sessionIdleTime: 1000, clock: clock.read })
    const [busy, idle] = [await login(api), await login(api)]
    for (let step = 0; step < 3; step++) {
      clock.forward(600)
      expect((await call(api, '/job/1', { token: busy })).status).toBe(200)
    }
    expect(api.counters).toMatchObject({ liveSessions: 1, expired: 1 })
    expect((await call(api, '/job/1', { token: idle })).status).toBe(401)
  })

  test('a session that is over counts towards no cap', async () => {
    const clock = createClock()
    await using api = await startEmulator({ sessionLifetime: 1000, softCap: 1, hardCap: 2, clock: clock.read })
    await login(api)
    await login(api)
    clock.forward(1000)
    await login(api)
    expect(api.counters).toMatchObject({ expired: 2, pruned: 0, liveSessions: 1 })
  })
})

describe('resets', () => {
  test('end all sessions, and tell how many', async () => {
    await using api = await startEmulator({ users })
    const tokens = [await login(api, users[0]), await login(api, users[1])]
    expect(api.resetSessions()).toBe(2)
    for (const token of tokens) {
      expect((await call(api, '/job/1', { token })).status).toBe(401)
      expect((await call(api, '/auth', { token })).status).toBe(404)
    }
    expect(api.counters).toMatchObject({ resets: 1, liveSessions: 0, rejected: 2, logouts: 0 })
    expect((await call(api, '/job/1', { token: await login(api, users[0]) })).status).toBe(200)
  })

  test('end one session alone', async () => {
    await using api = await startEmulator()
    const [ended, other] = [await login(api), await login(api)]
    expect(api.resetSession(ended)).toBe(true)
    expect(api.resetSession(ended)).toBe(false)
    expect((await call(api, '/job/1', { token: ended })).status).toBe(401)
    expect((await call(api, '/job/1', { token: other })).status).toBe(200)
    expect(api.counters.resets).toBe(1)
  })

  test('that end nothing are not counted', async () => {
    await using api = await startEmulator()
    expect(api.resetSessions()).toBe(0)
    expect(api.resetSession('x')).toBe(false)
    expect(api.counters.resets).toBe(0)
  })
})
