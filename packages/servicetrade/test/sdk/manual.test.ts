import { Session } from '@latchkey/core'
import { OAuth2Authenticator } from '@latchkey/servicetrade'
import { defaultClient } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test, vi } from 'vitest'
import { rejection } from '../support/client.ts'
import { requestToken } from '../support/oauth2.ts'
import { json, startScripted } from '../support/scripted.ts'
import ServicetradeClient from '@latchkey/servicetrade/sdk'
import { startSdk } from './support.ts'

const autoRefreshAuth = false

test('with autoRefreshAuth: false nothing but login() logs in, and without a token none is sent', async () => {
  await using server = await startScripted(({ headers }, response) => {
    json(response, headers.authorization === undefined ? 401 : 200, { data: headers })
  })
  const st = new ServicetradeClient({ ...defaultClient, baseUrl: server.url, autoRefreshAuth })
  expect(await rejection(st.get('/job/1'))).toMatchObject({ response: { status: 401 } })
  expect(server.received).toHaveLength(1)
  expect(server.received[0]!.headers).not.toHaveProperty('authorization')
})

test('with autoRefreshAuth: false requests go with the token of the last login()', async () => {
  await using client = await startSdk({ autoRefreshAuth })
  const { st, api, events } = client
  await Promise.all([st.login(), st.login()])
  expect(api.counters.loginAttempts).toBe(1)
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  const file = { value: Buffer.from('x'), options: { filename: 'x.txt' } }
  expect(await st.attach({ purposeId: 7, entityType: 3, entityId: 1 }, file)).toMatchObject({ fileName: 'x.txt' })
  for (let round = 2; round <= 5; round += 1) {
    api.resetSessions()
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => rejection(st.get('/job/1'))))
    expect(outcomes.map(({ response }) => response?.status)).toEqual([401, 401, 401, 401, 401])
    await st.login()
    expect(await st.get('/job/1')).toMatchObject({ id: 1 })
    expect(api.counters).toMatchObject({ loginAttempts: round, logins: round })
  }
  expect(events).toEqual(['set', 'set', 'set', 'set', 'set'])
  await st.logout()
  expect(await rejection(st.get('/job/1'))).toMatchObject({ response: { status: 401 } })
  expect(api.counters).toMatchObject({ logins: 5, liveTokens: 0 })
})

test('with autoRefreshAuth: false a token that was given serves to its end, and login() gets another', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    await using client = await startSdk(
      async (api) => ({ autoRefreshAuth, token: (await requestToken(api)).access_token }),
      { oauth2: { tokenLifetime: 3_600_000 } },
    )
    const { st, api, events } = client
    vi.setSystemTime(Date.now() + 59 * 60_000)
    expect(await st.get('/job/1')).toMatchObject({ id: 1 })
    vi.setSystemTime(Date.now() + 2 * 60_000)
    expect(await rejection(st.get('/job/1'))).toMatchObject({ response: { status: 401 } })
    expect(api.counters.loginAttempts).toBe(1)
    await st.login()
    expect(await st.get('/job/1')).toMatchObject({ id: 1 })
    vi.setSystemTime(Date.now() + 59 * 60_000)
    expect(await st.get('/job/1')).toMatchObject({ id: 1 })
    expect(api.counters.loginAttempts).toBe(2)
    expect(events).toEqual(['set'])
  } finally {
    vi.useRealTimers()
  }
})

test('with autoRefreshAuth: false tokens that die hold nobody’s logins back', async () => {
  const store = new MemoryTokenStore()
  await using client = await startSdk({ autoRefreshAuth, store })
  const { st, api } = client
  for (let round = 0; round < 3; round += 1) {
    await st.login()
    api.resetSessions()
    await rejection(st.get('/job/1'))
  }
  const authenticator = new OAuth2Authenticator({ ...defaultClient, baseUrl: api.url })
  await using session = new Session({ authenticator, store })
  expect((await session.status()).hold).toBeUndefined()
})

test('with autoRefreshAuth: false login() adopts what another client of the store has, unless it has just that', async () => {
  const store = new MemoryTokenStore()
  await using client = await startSdk({ autoRefreshAuth, store })
  const { st, api } = client
  await using other = await startSdk({ store, baseUrl: api.url })
  await other.st.login()
  await st.login()
  expect(api.counters.logins).toBe(1)
  await st.login()
  expect(api.counters.logins).toBe(2)
  await using third = await startSdk(async () => {
    const tokens: string[] = []
    await using spy = await startSdk({ store, baseUrl: api.url, onSetAuth: (token) => void tokens.push(token) })
    await spy.st.get('/job/1')
    return { autoRefreshAuth, store, baseUrl: api.url, token: tokens[0] }
  })
  await third.st.login()
  expect(api.counters.logins).toBe(3)
})

test('with autoRefreshAuth: false a login() that a logout() overtakes leaves no token', async () => {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  await using server = await startScripted(async ({ url, headers }, response) => {
    if (!url.endsWith('/token')) return json(response, 200, { data: headers })
    asked.resolve()
    await answered.promise
    json(response, 200, { access_token: 'overtaken' })
  })
  const st = new ServicetradeClient({ ...defaultClient, baseUrl: server.url, autoRefreshAuth })
  const login = st.login()
  await asked.promise
  const logout = st.logout()
  answered.resolve()
  await Promise.all([login, logout])
  expect(await st.get('/job/1')).not.toHaveProperty('authorization')
  await st.login()
  expect(await st.get('/job/1')).toHaveProperty('authorization')
})

test('with autoRefreshAuth: false a token that was given stays out of the store', async () => {
  const store = new MemoryTokenStore()
  await using client = await startSdk(async (api) => {
    return { autoRefreshAuth, store, token: (await requestToken(api)).access_token }
  })
  const { st, api } = client
  await st.get('/job/1')
  await st.login()
  const authenticator = new OAuth2Authenticator({ ...defaultClient, baseUrl: api.url })
  await using session = new Session({ authenticator, store })
  expect((await session.status()).generation).toBe(1)
})
