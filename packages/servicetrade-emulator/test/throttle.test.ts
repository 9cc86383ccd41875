import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { call, createClock, login, tryLogin } from './support.ts'

describe('the login throttle', () => {
  test('answers 429 to more logins than a window takes, and lets in again when it has passed', async () => {
    const clock = createClock()
    await using api = await startEmulator({ loginThrottle: { limit: 2, window: 10_000 }, clock: clock.read })
    await login(api)
    clock.forward(4000)
    await login(api)
    const answer = await tryLogin(api)
    expect(answer.status).toBe(429)
    expect(answer.headers['retry-after']).toBe('6')
    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect(api.counters).toMatchObject({ loginAttempts: 3, logins: 2, throttled: 1, refused: 0, liveSessions: 2 })
    clock.forward(6000)
    expect((await tryLogin(api)).status).toBe(200)
    expect((await tryLogin(api)).status).toBe(429)
  })

  test.each([
    ['seconds', 6400, '7'],
    ['seconds', 10, '1'],
    ['date', 6400, 'Mon, 02 Nov 2026 09:00:07 GMT'],
    ['none', 6400, undefined],
  ] as const)('writes Retry-After as %s for a wait of %d ms', async (retryAfterFormat, window, expected) => {
    const clock = createClock()
    const loginThrottle = { limit: 1, window, retryAfterFormat }
    await using api = await startEmulator({ loginThrottle, clock: clock.read })
    await login(api)
    expect((await tryLogin(api)).headers['retry-after']).toBe(expected)
  })

  test('counts refused logins, and each user for itself', async () => {
    const users = [defaultUser, { username: 'other', password: 'x' }]
    await using api = await startEmulator({ users, loginThrottle: { limit: 1, window: 10_000 } })
    expect((await tryLogin(api, { ...defaultUser, password: 'guess' })).status).toBe(403)
    expect((await tryLogin(api)).status).toBe(429)
    expect((await tryLogin(api, users[1])).status).toBe(200)
  })

  test('spares requests', async () => {
    await using api = await startEmulator({ loginThrottle: { limit: 1, window: 10_000 } })
    const token = await login(api)
    expect((await tryLogin(api)).status).toBe(429)
    expect((await call(api, '/job/1', { token })).status).toBe(200)
  })

  test('denies a user who does not heed it, for a time', async () => {
    const clock = createClock()
    const loginThrottle = { limit: 1, window: 1000, denyAfter: 2, denyFor: 30_000 }
    await using api = await startEmulator({ loginThrottle, clock: clock.read })
    await login(api)
    const statuses: number[] = []
    for (let attempt = 0; attempt < 4; attempt++) statuses.push((await tryLogin(api)).status)
    expect(statuses).toEqual([429, 429, 403, 403])
    expect(api.counters).toMatchObject({ throttled: 2, refused: 2 })
    clock.forward(29_999)
    expect((await tryLogin(api)).status).toBe(403)
    clock.forward(1)
    expect((await tryLogin(api)).status).toBe(200)
  })

  test('is off by default', async () => {
    await using api = await startEmulator()
    const answers = await Promise.all(Array.from({ length: 150 }, () => tryLogin(api)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('the server-time budget', () => {
  test('charges each request, and tells the balance', async () => {
    const clock = createClock()
    await using api = await startEmulator({ serverTimeBudget: { limit: 1000, cost: 300 }, clock: clock.read })
    const token = await login(api)
    const balances: number[] = []
    for (let count = 0; count < 4; count++) {
      const { status, json } = await call(api, '/job/1', { token })
      expect([status, json.meta.stats.resourceUsageMs]).toEqual([200, 300])
      balances.push(json.meta.stats.resourceBalanceMs)
    }
    expect(balances).toEqual([700, 400, 100, -200])
  })

  test('answers 429 when it is spent, until enough has come back', async () => {
    const clock = createClock()
    const serverTimeBudget = { limit: 1000, refill: 15_000, cost: 1000 }
    await using api = await startEmulator({ serverTimeBudget, clock: clock.read })
    const token = await login(api)
    expect((await call(api, '/job/1', { token })).status).toBe(200)
    const spent = await call(api, '/job/1', { token })
    expect(spent.status).toBe(429)
    expect(spent.headers['retry-after']).toBe('1')
    expect(spent.json.messages.error).toHaveLength(1)
    expect(spent.json.meta.stats.resourceBalanceMs).toBe(0)
    expect(api.counters).toMatchObject({ overBudget: 1, rejected: 0 })
    clock.forward(1000)
    expect((await call(api, '/job/1', { token })).status).toBe(200)
  })

  test('belongs to the user, not to the session', async () => {
    const clock = createClock()
    const users = [defaultUser, { username: 'other', password: 'x' }]
    await using api = await startEmulator({ users, serverTimeBudget: { limit: 100, cost: 100 }, clock: clock.read })
    await call(api, '/job/1', { token: await login(api) })
    expect((await call(api, '/job/1', { token: await login(api) })).status).toBe(429)
    expect((await call(api, '/job/1', { token: await login(api, users[1]) })).status).toBe(200)
  })

  test('charges neither logins nor a look at the session', async () => {
    const clock = createClock()
    await using api = await startEmulator({ serverTimeBudget: { limit: 100, cost: 100 }, clock: clock.read })
    const token = await login(api)
    await call(api, '/job/1', { token })
    expect((await call(api, '/auth', { token })).status).toBe(200)
    expect((await tryLogin(api)).status).toBe(200)
  })

  test('never grows past its limit', async () => {
    const clock = createClock()
    await using api = await startEmulator({ serverTimeBudget: {}, clock: clock.read })
    const token = await login(api)
    clock.forward(60 * 60_000)
    expect((await call(api, '/job/1', { token })).json.meta.stats.resourceBalanceMs).toBe(30_000 - 50)
  })

  test('is endless by default', async () => {
    await using api = await startEmulator({ clock: createClock().read })
    const token = await login(api)
    const answers = await Promise.all(Array.from({ length: 700 }, () => call(api, '/job/1', { token })))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(answers.at(-1)!.json.meta.stats.resourceBalanceMs).toBe(30_000)
  })
})
