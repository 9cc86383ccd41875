import { setImmediate as turn } from 'node:timers/promises'
import type { Emulator } from '@latchkey/servicetrade-emulator'
import ServicetradeClient from '@latchkey/servicetrade/sdk'
import { defaultClient } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test, vi } from 'vitest'
import { rejection } from '../support/client.ts'
import { requestToken } from '../support/oauth2.ts'
import { json, startScripted } from '../support/scripted.ts'
import { startSdk } from './support.ts'

const withRefreshToken = async (api: Emulator) => ({ refreshToken: (await requestToken(api)).refresh_token })

test('calls that met a login wait for what onSetAuth does with it', async () => {
  const saved = Promise.withResolvers<void>()
  const told = Promise.withResolvers<string>()
  await using client = await startSdk({
    onSetAuth: async (token) => {
      told.resolve(token)
      await saved.promise
    },
  })
  const done = vi.fn<() => void>()
  const call = client.st.get('/job/1').finally(done)
  expect(await told.promise).toEqual(expect.any(String))
  // This one begins after the event, and does not wait for it: by the time it is through, the first has its answer.
  await client.st.get('/job/2')
  await turn()
  expect(done).not.toHaveBeenCalled()
  saved.resolve()
  await call
})

test('login() waits for what onSetAuth does with the token', async () => {
  const saved: string[] = []
  await using client = await startSdk({
    onSetAuth: async (token) => {
      await turn()
      saved.push(token)
    },
  })
  await client.st.login()
  expect(saved).toHaveLength(1)
  await Promise.all([client.st.login(), client.st.login()])
  expect(saved).toHaveLength(2)
})

test('getRefreshToken() is the given one before any login, and the new one in onSetAuth', async () => {
  const seen: (string | undefined)[] = []
  await using client = await startSdk(async (api) => ({
    ...(await withRefreshToken(api)),
    onSetAuth: () => void seen.push(client.st.getRefreshToken()),
  }))
  const { st, api } = client
  const given = st.getRefreshToken()
  expect(given).toEqual(expect.any(String))
  await st.get('/job/1')
  await st.login()
  api.resetSessions()
  await st.get('/job/1')
  expect(new Set([given, ...seen]).size).toBe(4)
  expect(st.getRefreshToken()).toBe(seen.at(-1))
})

test('a token is told as soon as it is there, though no request goes with it any more', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const saved: (string | undefined)[] = []
    await using client = await startSdk(
      async (api) => ({
        ...(await withRefreshToken(api)),
        onSetAuth: () => void saved.push(client.st.getRefreshToken()),
      }),
      { oauth2: { tokenLifetime: 3_600_000 } },
    )
    const { st, api } = client
    await st.get('/job/1')
    vi.setSystemTime(Date.now() + 56 * 60_000)
    const { requests } = api.counters
    await st.get('/job/1')
    await vi.waitUntil(() => saved.length === 2)
    expect(api.counters.requests).toBe(requests + 1)
    // The one before is spent, so that a later start would be refused with it.
    expect(await requestToken(api, { grant_type: 'refresh_token', refresh_token: saved[0] })).toMatchObject({
      error: 'invalid_grant',
    })
    expect(await requestToken(api, { grant_type: 'refresh_token', refresh_token: saved[1] })).toMatchObject({
      access_token: expect.any(String),
    })
  } finally {
    vi.useRealTimers()
  }
})

test('a callback may use the client', async () => {
  const ids: unknown[] = []
  await using client = await startSdk({
    onSetAuth: async () => {
      ids.push((await client.st.get('/job/2'))['id'])
    },
    onUnsetAuth: () => void ids.push('unset'),
  })
  await client.st.get('/job/1')
  client.api.resetSessions()
  await client.st.get('/job/1')
  await client.st.login()
  await client.st.logout()
  expect(ids).toEqual([2, 2, 2, 'unset'])
})

test('an error of onSetAuth rejects the calls that met the login, and no later one', async () => {
  const full = new Error('the disk is full')
  await using client = await startSdk({ onSetAuth: () => Promise.reject(full) })
  expect(await rejection(client.st.get('/job/1'))).toBe(full)
  expect(await client.st.get('/job/1')).toMatchObject({ id: 1 })
})

test('two clients of one store share one login, and each is told of its token', async () => {
  const store = new MemoryTokenStore()
  await using one = await startSdk({ store })
  const tokens: string[] = []
  await using two = await startSdk({ store, baseUrl: one.api.url, onSetAuth: (token) => void tokens.push(token) })
  await Promise.all([one.st.get('/job/1'), two.st.get('/job/1')])
  expect(one.api.counters).toMatchObject({ logins: 1, rejected: 0 })
  await one.st.login()
  one.api.resetSession(tokens[0]!)
  await Promise.all([one.st.get('/job/1'), two.st.get('/job/1')])
  expect(one.api.counters.logins).toBe(2)
  expect(one.events).toEqual(['set', 'set'])
  expect(new Set(tokens).size).toBe(2)
  expect(one.st.getRefreshToken()).toBe(two.st.getRefreshToken())
})

test('logout() ends the session for all who share the store, and tells the client that asked', async () => {
  const store = new MemoryTokenStore()
  await using one = await startSdk({ store })
  await using two = await startSdk({ store, baseUrl: one.api.url })
  await Promise.all([one.st.get('/job/1'), two.st.get('/job/1')])
  expect(await one.st.logout()).toBeUndefined()
  expect(one.api.counters).toMatchObject({ logins: 1, logouts: 1, liveTokens: 0 })
  await Promise.all([one.st.get('/job/1'), two.st.get('/job/1')])
  expect(one.api.counters.logins).toBe(2)
  expect(one.events).toEqual(['set', 'unset', 'set'])
  expect(two.events).toEqual(['set', 'set'])
})

test('logout() revokes a refresh token that was never used, if there is a secret', async () => {
  await using client = await startSdk(withRefreshToken)
  const { st, api } = client
  const { access_token: token } = await requestToken(api)
  await st.logout()
  expect(api.counters.logouts).toBe(1)
  expect(st.getRefreshToken()).toBeUndefined()
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters.liveTokens).toBe(2)
  expect(token).toEqual(expect.any(String))
})

test('without a secret logout() revokes nothing, and a later call goes on from the newest refresh token', async () => {
  const { clientId } = defaultClient
  await using client = await startSdk(async (api) => {
    const { refresh_token: refreshToken, access_token: token } = await requestToken(api)
    return { clientId, clientSecret: undefined, refreshToken, token }
  })
  const { st, api, events } = client
  await st.logout()
  // The token that was given does not come back.
  await st.get('/job/1')
  expect(api.counters.logins).toBe(2)
  await st.logout()
  await st.get('/job/1')
  expect(api.counters).toMatchObject({ logins: 3, logouts: 0, refreshTokensRefused: 0, rejected: 0 })
  expect(events).toEqual(['unset', 'set', 'unset', 'set'])
})

test('logout() ignores what the server says', async () => {
  await using client = await startSdk()
  const { st, api, events } = client
  await st.get('/job/1')
  api.faults.serverErrors = 1
  await st.logout()
  expect(events).toEqual(['set', 'unset'])
  await st.get('/job/1')
  expect(api.counters.logins).toBe(2)
})

test('a refresh token that comes with a token that was there before is told of and kept', async () => {
  let count = 0
  await using api = await startScripted((_request, response) => {
    count += 1
    json(response, 200, { access_token: 'same', refresh_token: `refresh-${count}` })
  })
  const told: unknown[] = []
  const st: ServicetradeClient = new ServicetradeClient({
    ...defaultClient,
    baseUrl: api.url,
    onSetAuth: () => void told.push(st.getRefreshToken()),
  })
  await st.login()
  await st.login()
  expect(st.getRefreshToken()).toBe(`refresh-${count}`)
  expect(told.at(-1)).toBe(`refresh-${count}`)
  await st.close()
})

test('a logout that could tell the server nothing leaves the newest refresh token for the next client', async () => {
  const store = new MemoryTokenStore()
  await using client = await startSdk(async (api) => ({
    clientSecret: undefined,
    refreshToken: (await requestToken(api)).refresh_token,
    store,
  }))
  const { st, api } = client
  const refreshToken = st.getRefreshToken()
  await st.get('/job/1')
  await st.logout()
  const next = new ServicetradeClient({ clientId: defaultClient.clientId, refreshToken, baseUrl: api.url, store })
  expect(await next.get('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters.refreshTokensRefused).toBe(0)
  await next.close()
})
