import { ServiceTrade, type ServiceTradeCredentials } from '@latchkey/servicetrade'
import { defaultClient, defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { rejection } from '../support/client.ts'
import { requestToken } from '../support/oauth2.ts'

/** One program, whatever the credentials. */
async function work(baseUrl: string, credentials: ServiceTradeCredentials): Promise<unknown> {
  await using st = new ServiceTrade({ ...credentials, baseUrl })
  const job = await st.get('/job/1')
  await st.put(`/job/${job.id}`, { description: 'Annual inspection' })
  return (await st.get('/job/1')).description
}

test('what changes from a password to OAuth2 is the credentials alone', async () => {
  await using api = await startEmulator()
  const { access_token: token, refresh_token: refreshToken } = await requestToken(api)
  const { clientId } = defaultClient
  for (const credentials of [defaultUser, defaultClient, { clientId, refreshToken }, { token }]) {
    expect(await work(api.url, credentials as ServiceTradeCredentials)).toBe('Annual inspection')
  }
  expect(api.counters).toMatchObject({ logins: 4, rejected: 0 })
})

test('20 requests in flight on a revoked token cost one login, and all succeed', async () => {
  await using api = await startEmulator()
  await using st = new ServiceTrade({ ...defaultClient, baseUrl: api.url })
  await st.get('/job/1')
  const hold = api.hold('request')
  const calls = Array.from({ length: 20 }, () => st.get('/job/1'))
  await hold.arrived(20)
  api.resetSessions()
  hold.release()
  expect((await Promise.all(calls)).map(({ id }) => id)).toEqual(Array(20).fill(1))
  expect(api.counters).toMatchObject({ logins: 2, rejected: 20, refreshTokensRefused: 0 })
})

test('a bare token is used as it is, and its 401 reaches the caller, uploads included', async () => {
  await using api = await startEmulator()
  const { access_token: token } = await requestToken(api)
  await using st = new ServiceTrade({ token, baseUrl: api.url })
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  api.resetSessions()
  expect(await rejection(st.get('/job/1'))).toMatchObject({ name: 'ServiceTradeError', status: 401 })
  const file = { value: streamOf(100_000), filename: 'a' }
  const upload = st.attach({ purposeId: 7, entityType: 3, entityId: 1 }, file)
  expect(await rejection(upload)).toMatchObject({ name: 'ServiceTradeError', status: 401 })
  expect(api.counters.loginAttempts).toBe(1)
})

test('a token beside a client is used until it dies, in place of a login', async () => {
  await using api = await startEmulator()
  const { access_token: token } = await requestToken(api)
  await using st = new ServiceTrade({ ...defaultClient, token, baseUrl: api.url })
  await st.get('/job/1')
  expect(api.counters.loginAttempts).toBe(1)
  api.resetSessions()
  await st.get('/job/1')
  await st.get('/job/1')
  expect(api.counters.logins).toBe(2)
})

test('a token that ends within minutes is not begun with', async () => {
  await using api = await startEmulator({ oauth2: { tokenLifetime: 4 * 60_000 } })
  const { access_token: token } = await requestToken(api)
  await using st = new ServiceTrade({ ...defaultClient, token, baseUrl: api.url })
  await st.get('/job/1')
  expect(api.counters.logins).toBe(2)
})

test('a token that was begun with does not come back after a logout', async () => {
  await using api = await startEmulator()
  const { access_token: token } = await requestToken(api)
  await using st = new ServiceTrade({ ...defaultClient, token, baseUrl: api.url })
  await st.get('/job/1')
  await st.logout()
  await st.get('/job/1')
  expect((await st.session.grant()).token).not.toBe(token)
  expect(api.counters.logins).toBe(2)
})

test('a fleet shares one token, and the secret is part of which', async () => {
  await using api = await startEmulator()
  const store = new MemoryTokenStore()
  const clients = [1, 2, 3].map(() => new ServiceTrade({ ...defaultClient, baseUrl: api.url, store }))
  await Promise.all(clients.map((st) => st.get('/job/1')))
  expect(api.counters.logins).toBe(1)
  await using stranger = new ServiceTrade({ ...defaultClient, clientSecret: 'wrong', baseUrl: api.url, store })
  expect(await rejection(stranger.get('/job/1'))).toMatchObject({ code: 'LOGIN_REFUSED' })
  await Promise.all(clients.map((st) => st.get('/job/1')))
  expect(api.counters).toMatchObject({ logins: 1, loginAttempts: 2 })
  await Promise.all(clients.map((st) => st.close()))
})

function streamOf(size: number): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(size)]).stream()
}
