import { ConfigurationError, type Faults, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { call, cookies, login, tryLogin } from './support.ts'

describe('faults', () => {
  test('the next requests are answered 5xx and do nothing, and then the server is well', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    Object.assign(api.faults, { serverErrors: 2, serverErrorStatus: 503 })
    const statuses: number[] = []
    for (let count = 0; count < 3; count++) {
      const json = { name: `tag ${count}` }
      statuses.push((await call(api, '/tag', { method: 'POST', token, json })).status)
    }
    expect(statuses).toEqual([503, 503, 200])
    const { data } = (await call(api, '/tag?name=tag ', { token })).json
    expect(data.tags.map(({ name }: { name: string }) => name)).toEqual(['tag 2'])
    expect(api.faults.serverErrors).toBe(0)
  })

  test('server errors leave sessions and logins alone', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    api.faults.serverErrorRate = 1
    expect((await call(api, '/job/1', { token })).status).toBe(500)
    expect((await call(api, '/auth', { token })).status).toBe(500)
    expect((await tryLogin(api)).status).toBe(200)
    api.faults.serverErrorRate = 0
    expect((await call(api, '/job/1', { token })).status).toBe(200)
  })

  test('the next logins are answered with an error and open nothing', async () => {
    await using api = await startEmulator()
    Object.assign(api.faults, { loginErrors: 1, loginErrorStatus: 502 })
    expect((await tryLogin(api)).status).toBe(502)
    expect(api.counters).toMatchObject({ loginAttempts: 1, logins: 0, refused: 0 })
    expect((await tryLogin(api)).status).toBe(200)
  })

  test('all logins are denied', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    api.faults.denyLogins = true
    expect((await tryLogin(api)).status).toBe(403)
    expect((await call(api, '/job/1', { token })).status).toBe(200)
  })

  test('all logins are throttled', async () => {
    await using api = await startEmulator()
    api.faults.throttleLogins = 2500
    const answer = await tryLogin(api)
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '3'])
    expect(api.counters).toMatchObject({ throttled: 1, logins: 0 })
  })

  test('all sessions are rejected, fresh ones too, and can still be ended', async () => {
    await using api = await startEmulator()
    api.faults.rejectSessions = true
    const token = await login(api)
    const answer = await call(api, '/job/1', { token })
    expect([answer.status, answer.text]).toEqual([401, ''])
    expect((await call(api, '/auth', { token })).status).toBe(404)
    expect(api.counters.liveSessions).toBe(1)
    expect((await call(api, '/auth', { method: 'DELETE', token })).status).toBe(204)
  })

  test('cookies are dropped; the body tells the token', async () => {
    await using api = await startEmulator()
    api.faults.dropCookies = true
    const answer = await tryLogin(api)
    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect((await call(api, '/job/1', { token: answer.json.data.authToken })).status).toBe(200)
  })

  test('cookies are plain', async () => {
    await using api = await startEmulator()
    api.faults.plainCookies = true
    expect(Object.keys(cookies(await tryLogin(api)))).toEqual(['PHPSESSID'])
    expect((await tryLogin(api, { username: 'x', password: 'y' })).headers).not.toHaveProperty('set-cookie')
  })

  test('only JSON logins are seen', async () => {
    await using api = await startEmulator()
    api.faults.jsonLoginsOnly = true
    expect((await call(api, '/auth?username=integration&password=emulator-password', { method: 'POST' })).status).toBe(
      400,
    )
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = 'username=integration&password=emulator-password'
    expect((await call(api, '/auth', { method: 'POST', body, headers })).status).toBe(400)
    expect((await tryLogin(api)).status).toBe(200)
  })

  test('answers are pages of HTML', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    api.faults.nonJson = true
    for (const answer of [await tryLogin(api), await call(api, '/job/1', { token })]) {
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toMatch(/html/)
      expect(() => answer.json).toThrow(SyntaxError)
    }
    expect(api.counters.logins).toBe(1)
  })

  test('connections are lost before the server acts', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    api.faults.dropConnections = 1
    await expect(call(api, '/tag', { method: 'POST', token, json: { name: 'lost' } })).rejects.toThrow()
    expect((await call(api, '/tag?name=lost', { token })).json.data.tags).toEqual([])
  })

  test('latency delays requests, login latency logins', async () => {
    await using api = await startEmulator({ latency: 40 })
    const token = await login(api)
    api.faults.loginLatency = 60_000
    const pending = tryLogin(api)
    const asked = performance.now()
    await call(api, '/job/1', { token })
    // A timer may fire up to a millisecond early.
    expect(performance.now() - asked).toBeGreaterThanOrEqual(39)
    expect(api.counters).toMatchObject({ loginAttempts: 2, logins: 1 })
    await api.close()
    await expect(pending).rejects.toThrow()
  })

  test.each<[keyof Faults, unknown, string]>([
    ['latency', -1, 'faults.latency takes a time in ms from 0 to 2147483647, but got -1'],
    ['serverErrorRate', 2, 'faults.serverErrorRate takes a number from 0 to 1, but got 2'],
    ['serverErrorStatus', 200, 'faults.serverErrorStatus takes a whole number from 500 to 599, but got 200'],
    ['reorderWebhooks', -1, 'faults.reorderWebhooks takes a whole number from 0'],
    ['duplicateWebhooks', 2, 'faults.duplicateWebhooks takes true or false, but got 2'],
    ['denyLogins', 'yes', 'faults.denyLogins takes true or false, but got a string of 3 characters'],
  ])('%s refuses %j', async (name, value, message) => {
    await using api = await startEmulator()
    const before = { ...api.faults }
    const set = () => Object.assign(api.faults, { [name]: value })
    expect(set).toThrow(ConfigurationError)
    expect(set).toThrow(message)
    expect({ ...api.faults }).toEqual(before)
  })

  test('an unknown fault cannot be set', async () => {
    await using api = await startEmulator()
    expect(() => Object.assign(api.faults, { latencies: 3 })).toThrow(TypeError)
  })
})
