import { ServiceTrade, withServiceTrade } from '@latchkey/servicetrade'
import { defaultClient, startEmulator } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { afterEach, expect, test, vi } from 'vitest'
import { rejection } from '../support/client.ts'
import { requestToken } from '../support/oauth2.ts'
import { json, startScripted } from '../support/scripted.ts'

const { clientId } = defaultClient
const hour = 3_600_000

afterEach(() => {
  vi.useRealTimers()
})

test('each login uses the refresh token of the one before, and none twice', async () => {
  await using api = await startEmulator()
  const { refresh_token: refreshToken } = await requestToken(api)
  await using st = new ServiceTrade({ clientId, refreshToken, baseUrl: api.url })
  for (let turn = 0; turn < 4; turn += 1) {
    expect(await st.get('/job/1')).toMatchObject({ id: 1 })
    api.resetSessions()
  }
  expect(api.counters).toMatchObject({ logins: 5, refreshTokensRefused: 0 })
})

test('a process that starts with a spent refresh token goes on with the newest, from the store', async () => {
  await using api = await startEmulator()
  const { refresh_token: refreshToken } = await requestToken(api)
  const store = new MemoryTokenStore()
  const first = new ServiceTrade({ clientId, refreshToken, baseUrl: api.url, store })
  await first.get('/job/1')
  await first.close()
  api.resetSessions()
  await using second = new ServiceTrade({ clientId, refreshToken, baseUrl: api.url, store })
  expect(await second.get('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters).toMatchObject({ logins: 3, refreshTokensRefused: 0 })
})

test("a refresh token that was lost costs one refusal, and the client's secret helps", async () => {
  await using api = await startEmulator()
  await using st = new ServiceTrade({ ...defaultClient, baseUrl: api.url })
  await st.get('/job/1')
  api.revokeRefreshTokens()
  api.resetSessions()
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters).toMatchObject({ logins: 2, refreshTokensRefused: 1 })
  api.resetSessions()
  await st.get('/job/1')
  expect(api.counters).toMatchObject({ logins: 3, refreshTokensRefused: 1 })
})

test('a refresh token that was lost without a secret is the end of it: refused, once for all', async () => {
  await using api = await startEmulator()
  const { refresh_token: refreshToken } = await requestToken(api)
  await using st = new ServiceTrade({ clientId, refreshToken, baseUrl: api.url })
  await st.get('/job/1')
  api.revokeRefreshTokens()
  api.resetSessions()
  const errors = await Promise.all([1, 2, 3].map(() => rejection(st.get('/job/1'))))
  for (const error of errors) expect(error).toMatchObject({ code: 'LOGIN_REFUSED' })
  expect(errors[0]!.message).toContain('invalid_grant')
  expect(api.counters.loginAttempts).toBe(3)
})

test('a server in trouble spends no refresh token and calls for no secret', async () => {
  await using api = await startEmulator()
  await using st = new ServiceTrade({ ...defaultClient, baseUrl: api.url })
  await st.get('/job/1')
  api.resetSessions()
  api.faults.loginErrors = 2
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters).toMatchObject({ logins: 2, loginAttempts: 4, refreshTokensRefused: 0 })
})

test.each([
  ['expires_in', true],
  ['the JWT itself', false],
])('a token is replaced ahead of the expiry that %s tells, and once', async (_what, expiresIn) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  await using api = await startEmulator({ oauth2: { tokenLifetime: hour, expiresIn } })
  await using st = new ServiceTrade({ ...defaultClient, baseUrl: api.url })
  await st.get('/job/1')
  vi.setSystemTime(Date.now() + hour - 301_000)
  await st.get('/job/1')
  expect(api.counters.logins).toBe(1)
  vi.setSystemTime(Date.now() + 2_000)
  await Promise.all(Array.from({ length: 20 }, () => st.get('/job/1')))
  await vi.waitFor(() => expect(api.counters.logins).toBe(2))
  await Promise.all(Array.from({ length: 20 }, () => st.get('/job/1')))
  expect(api.counters).toMatchObject({ loginAttempts: 2, rejected: 0 })
})

test('an opaque token without expires_in is never replaced ahead', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  await using api = await startEmulator({ oauth2: { format: 'opaque', expiresIn: false, tokenLifetime: hour } })
  await using st = new ServiceTrade({ ...defaultClient, baseUrl: api.url })
  await st.get('/job/1')
  expect((await st.session.grant()).expiresAt).toBeUndefined()
  vi.setSystemTime(Date.now() + hour - 1)
  await st.get('/job/1')
  expect(api.counters.logins).toBe(1)
  vi.setSystemTime(Date.now() + 1)
  await st.get('/job/1')
  expect(api.counters).toMatchObject({ logins: 2, rejected: 1 })
})

test('a clock that is an hour off neither shortens nor lengthens the life of a token', async () => {
  const claims = { iat: Math.floor(Date.now() / 1_000) - 3_600, exp: Math.floor(Date.now() / 1_000) + 3_600 }
  const token = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`
  await using api = await startScripted((_request, response) => json(response, 200, { access_token: token }))
  await using st = new ServiceTrade({ ...defaultClient, baseUrl: api.url })
  const { expiresAt } = await st.session.grant()
  expect(Math.abs(expiresAt! - (Date.now() + 2 * hour))).toBeLessThan(60_000)
})

test('a logout revokes the refresh token with the secret, and the next call starts over', async () => {
  await using api = await startEmulator()
  await using st = new ServiceTrade({ ...defaultClient, baseUrl: api.url })
  await st.get('/job/1')
  await st.logout()
  expect(api.counters).toMatchObject({ logouts: 1, liveTokens: 0 })
  await st.get('/job/1')
  expect(api.counters).toMatchObject({ logins: 2, refreshTokensRefused: 0 })
})

test('a server that sends no refresh token means the old one, wherever that came from', async () => {
  const answers = [{ refresh_token: 'second' }, {}, {}, {}]
  await using api = await startScripted(({ url }, response) => {
    if (url !== '/api/oauth2/token') return json(response, 401, {})
    json(response, 200, { access_token: `token-${answers.length}`, ...answers.shift() })
  })
  await using st = new ServiceTrade({ clientId, refreshToken: 'first', baseUrl: api.url })
  await rejection(st.get('/job/1'))
  const used = api.received.filter(({ url }) => url === '/api/oauth2/token').map(({ body }) => JSON.parse(body))
  expect(used.map(({ refresh_token }) => refresh_token)).toEqual(['first', 'second', 'second'])
})

test('a script on a refresh token logs nobody out, so that its next run can log in', async () => {
  await using api = await startEmulator()
  const { refresh_token: refreshToken } = await requestToken(api)
  const store = new MemoryTokenStore()
  for (const secret of [{}, {}, { clientSecret: defaultClient.clientSecret }]) {
    const options = { clientId, refreshToken, baseUrl: api.url, store, ...secret }
    expect(await withServiceTrade(options, (st) => st.get('/job/1'))).toMatchObject({ id: 1 })
    api.resetSessions()
  }
  expect(api.counters).toMatchObject({ logins: 4, refreshTokensRefused: 0, logouts: 0 })
})
