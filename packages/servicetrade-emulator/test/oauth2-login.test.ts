import { defaultClient, defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { as, askForm, fieldsOf, issue, tryClient, tryRefresh, tryRevoke } from './oauth2.ts'
import { createClock, login, tryLogin } from './support.ts'

describe('a token request is a login', () => {
  test('to holds', async () => {
    await using api = await startEmulator()
    const requests = api.hold('request')
    const { refresh } = await issue(api)
    const logins = api.hold('login')
    const answer = tryRefresh(api, refresh)
    await logins.arrived()
    expect(api.counters).toMatchObject({ loginAttempts: 2, logins: 1, requests: 0 })
    expect(requests.waiting).toBe(0)
    logins.release()
    expect((await answer).status).toBe(200)
  })

  test('to login latency', async () => {
    await using api = await startEmulator({ loginLatency: 60_000 })
    const pending = tryClient(api)
    await expect.poll(() => api.counters.loginAttempts).toBe(1)
    expect(api.counters.logins).toBe(0)
    await api.close()
    await expect(pending).rejects.toThrow()
  })

  test('to login errors, which spend no refresh token', async () => {
    await using api = await startEmulator()
    const { refresh } = await issue(api)
    Object.assign(api.faults, { loginErrors: 1, loginErrorStatus: 502, serverErrorRate: 1 })
    expect((await tryRefresh(api, refresh)).status).toBe(502)
    expect((await tryRefresh(api, refresh)).status).toBe(200)
    expect(api.counters).toMatchObject({ loginAttempts: 3, logins: 2, refused: 0 })
  })

  test('to pages of HTML', async () => {
    await using api = await startEmulator()
    api.faults.nonJson = true
    const answer = await tryClient(api)
    expect(answer.status).toBe(200)
    expect(() => answer.json).toThrow(SyntaxError)
    expect(api.counters.logins).toBe(0)
  })

  test('to denials, which spend no refresh token', async () => {
    await using api = await startEmulator()
    const { access, refresh } = await issue(api)
    api.faults.denyLogins = true
    const answers = [await tryClient(api), await tryRefresh(api, refresh)]
    expect(answers.map(({ status, json }) => [status, json.error])).toEqual([
      [401, 'invalid_client'],
      [401, 'invalid_grant'],
    ])
    expect(api.counters).toMatchObject({ refused: 2, refreshTokensRefused: 1 })
    expect((await as(api, access)).status).toBe(200)
    api.faults.denyLogins = false
    expect((await tryRefresh(api, refresh)).status).toBe(200)
  })

  test('to the fault that throttles', async () => {
    await using api = await startEmulator()
    const { refresh } = await issue(api)
    api.faults.throttleLogins = 2500
    for (const answer of [await tryClient(api), await tryRefresh(api, refresh)]) {
      expect([answer.status, answer.headers['retry-after'], answer.json.error]).toEqual([429, '3', 'too_many_requests'])
    }
    expect(api.counters).toMatchObject({ throttled: 2, refused: 0, logins: 1 })
    api.faults.throttleLogins = 0
    expect((await tryRefresh(api, refresh)).status).toBe(200)
  })

  test('to the throttle, which counts each client and each user for itself', async () => {
    const clock = createClock()
    const other = { clientId: 'other', clientSecret: 's' }
    const loginThrottle = { limit: 1, window: 10_000, denyAfter: 2, denyFor: 30_000 }
    await using api = await startEmulator({
      users: [defaultUser],
      clients: [defaultClient, other],
      loginThrottle,
      clock: clock.read,
    })
    const { refresh } = await issue(api)
    clock.forward(4000)
    const throttled = await tryRefresh(api, refresh)
    expect([throttled.status, throttled.headers['retry-after']]).toEqual([429, '6'])
    expect((await tryClient(api)).status).toBe(429)
    expect((await tryClient(api)).json.error).toBe('invalid_client')
    expect((await tryRefresh(api, refresh)).json.error).toBe('invalid_grant')
    expect(api.counters).toMatchObject({ throttled: 2, refused: 2, logins: 1 })
    expect((await tryClient(api, other)).status).toBe(200)
    expect((await tryLogin(api)).status).toBe(200)
    clock.forward(30_000)
    expect((await tryRefresh(api, refresh)).status).toBe(200)
  })

  test('to the fault that sees JSON alone', async () => {
    await using api = await startEmulator()
    api.faults.jsonLoginsOnly = true
    expect((await askForm(api, '/oauth2/token', fieldsOf())).json.error).toBe('invalid_request')
    expect((await tryClient(api)).status).toBe(200)
  })
})

test('a revocation and a look at the user are requests', async () => {
  await using api = await startEmulator()
  const { access, refresh } = await issue(api)
  api.faults.serverErrors = 2
  expect((await tryRevoke(api, refresh)).status).toBe(500)
  expect((await as(api, access, '/oauth2/userinfo')).status).toBe(500)
  expect((await tryRevoke(api, refresh)).status).toBe(200)
  expect(api.counters).toMatchObject({ requests: 3, loginAttempts: 1, logouts: 1 })
})

test('while all sessions are rejected, so are access tokens, though they live', async () => {
  await using api = await startEmulator()
  api.faults.rejectSessions = true
  const { access } = await issue(api)
  for (const path of ['/job/1', '/oauth2/userinfo']) expect((await as(api, access, path)).status).toBe(401)
  expect(api.counters).toMatchObject({ liveTokens: 1, rejected: 2 })
  api.faults.rejectSessions = false
  expect((await as(api, access)).status).toBe(200)
})

test('sessions that are listed are those of cookies', async () => {
  await using api = await startEmulator()
  await issue(api)
  expect(api.sessions).toEqual([])
  await login(api)
  expect(api.sessions).toHaveLength(1)
})
