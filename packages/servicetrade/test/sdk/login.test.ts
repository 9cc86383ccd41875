import { defaultClient, type Emulator } from '@latchkey/servicetrade-emulator'
import { expect, test, vi } from 'vitest'
import { rejection } from '../support/client.ts'
import { requestToken } from '../support/oauth2.ts'
import { startSdk } from './support.ts'
import { expectTwentyToSurviveReset } from '../support/twenty-calls.ts'

const { clientId } = defaultClient

/** Credentials that hold a refresh token alone. */
const bound = async (api: Emulator) => ({
  clientId,
  clientSecret: undefined,
  refreshToken: (await requestToken(api)).refresh_token,
})

test('nothing is sent before the first call, and calls that need a token share one request for it', async () => {
  await using client = await startSdk()
  const { st, api, events } = client
  expect(api.counters).toMatchObject({ loginAttempts: 0, requests: 0 })
  await Promise.all(Array.from({ length: 20 }, () => st.get('/job/1')))
  expect(api.counters).toMatchObject({ loginAttempts: 1, requests: 20, rejected: 0 })
  expect(events).toEqual(['set'])
})

test('twenty calls in flight on a revoked token cost one login, and all succeed', async () => {
  await using client = await startSdk()
  const { st, api, events } = client
  await expectTwentyToSurviveReset(api, {
    get: (path) => st.get(path),
    post: (path, body) => st.post(path, body),
    put: (path, body) => st.put(path, body),
    attach: (params, value, filename) => st.attach(params, { value, options: { filename } }),
  })
  expect(api.counters).toMatchObject({ logins: 2, rejected: 20, liveTokens: 1, refreshTokensRefused: 0 })
  expect(events).toEqual(['set', 'set'])
})

test('login() gets a new token each time, and concurrent ones share it', async () => {
  const told: string[] = []
  await using client = await startSdk({ onSetAuth: (token) => void told.push(token) })
  const { st, api } = client
  expect(await st.login()).toBeUndefined()
  await st.login()
  const hold = api.hold('login')
  const logins = Array.from({ length: 5 }, () => st.login())
  await hold.arrived(1)
  hold.release()
  await Promise.all(logins)
  expect(api.counters.loginAttempts).toBe(3)
  await st.get('/job/1')
  expect(new Set(told).size).toBe(3)
  expect(told).toHaveLength(3)
  expect(api.counters).toMatchObject({ loginAttempts: 3, rejected: 0 })
})

test('login() gets a new token, too, where one was given, used or not', async () => {
  for (const isUsed of [false, true]) {
    await using client = await startSdk(async (api) => ({ token: (await requestToken(api)).access_token }))
    const { st, api, events } = client
    if (isUsed) await st.get('/job/1')
    await Promise.all([st.login(), st.login()])
    await st.get('/job/1')
    expect(api.counters).toMatchObject({ loginAttempts: 2, rejected: 0 })
    expect(events).toEqual(['set'])
  }
})

test('login() costs one login, too, where the token is about to be replaced anyway', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    await using client = await startSdk({}, { oauth2: { tokenLifetime: 3_600_000 } })
    const { st, api, events } = client
    await st.get('/job/1')
    vi.setSystemTime(Date.now() + 56 * 60_000)
    await Promise.all([st.login(), st.get('/job/1'), st.login()])
    await st.get('/job/1')
    expect(api.counters).toMatchObject({ loginAttempts: 2, rejected: 0 })
    expect(events).toEqual(['set', 'set'])
  } finally {
    vi.useRealTimers()
  }
})

test('a token that was given is used at once, is told to nobody, and is replaced after a 401', async () => {
  await using client = await startSdk(async (api) => ({ token: (await requestToken(api)).access_token }))
  const { st, api, events } = client
  await st.get('/job/1')
  expect(api.counters.loginAttempts).toBe(1)
  expect(events).toEqual([])
  api.resetSessions()
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters).toMatchObject({ loginAttempts: 2, rejected: 1 })
  expect(events).toEqual(['set'])
})

test('each refresh token leads to the next', async () => {
  await using client = await startSdk(bound)
  const { st, api } = client
  const seen = new Set([st.getRefreshToken()])
  for (let round = 1; round <= 3; round += 1) {
    await st.get('/job/1')
    expect(seen.size).toBe(seen.add(st.getRefreshToken()).size - 1)
    api.resetSessions()
  }
  expect(api.counters).toMatchObject({ logins: 4, refreshTokensRefused: 0 })
})

test('a refresh token that is lost leaves the secret, if there is one', async () => {
  await using client = await startSdk(async (api) => ({ refreshToken: (await requestToken(api)).refresh_token }))
  client.api.revokeRefreshTokens()
  expect(await client.st.get('/job/1')).toMatchObject({ id: 1 })
  expect(client.api.counters).toMatchObject({ logins: 2, refreshTokensRefused: 1 })
  await using other = await startSdk(bound)
  other.api.revokeRefreshTokens()
  expect(await rejection(other.st.get('/job/1'))).toMatchObject({ response: { status: 401 } })
})

test('a token that ends within five minutes is replaced while it serves', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    await using client = await startSdk({}, { oauth2: { tokenLifetime: 3_600_000 } })
    const { st, api, events } = client
    await st.get('/job/1')
    vi.setSystemTime(Date.now() + 54 * 60_000)
    await st.get('/job/1')
    expect(api.counters.loginAttempts).toBe(1)
    vi.setSystemTime(Date.now() + 2 * 60_000)
    const hold = api.hold('login')
    expect(await st.get('/job/1')).toMatchObject({ id: 1 })
    await hold.arrived(1)
    hold.release()
    await vi.waitUntil(() => events.length === 2)
    await st.get('/job/1')
    expect(api.counters).toMatchObject({ loginAttempts: 2, rejected: 0 })
    expect(events).toEqual(['set', 'set'])
  } finally {
    vi.useRealTimers()
  }
})

test('an opaque token of unknown end is not replaced before it is refused', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const oauth2 = { tokenLifetime: 3_600_000, format: 'opaque', expiresIn: false } as const
    await using client = await startSdk({}, { oauth2 })
    const { st, api } = client
    await st.get('/job/1')
    vi.setSystemTime(Date.now() + 59 * 60_000)
    await st.get('/job/1')
    expect(api.counters.loginAttempts).toBe(1)
    vi.setSystemTime(Date.now() + 2 * 60_000)
    await st.get('/job/1')
    expect(api.counters).toMatchObject({ loginAttempts: 2, rejected: 1 })
  } finally {
    vi.useRealTimers()
  }
})

test('a token alone is used as it is, and its 401 is the caller’s', async () => {
  await using client = await startSdk(async (api) => ({
    clientId: undefined,
    clientSecret: undefined,
    token: (await requestToken(api)).access_token,
  }))
  const { st, api, events } = client
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  expect(await rejection(st.login())).toMatchObject({
    name: 'Error',
    message: 'No credentials available to authenticate. Provide clientId/clientSecret or clientId/refreshToken.',
  })
  api.resetSessions()
  expect(await rejection(st.get('/job/1'))).toMatchObject({ name: 'AxiosError', response: { status: 401 } })
  expect(api.counters.loginAttempts).toBe(1)
  await st.logout()
  expect(await rejection(st.get('/job/1'))).toMatchObject({ response: { status: 401 } })
  expect(events).toEqual(['unset'])
})
