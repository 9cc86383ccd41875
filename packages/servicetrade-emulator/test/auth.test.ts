import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { call, cookies, login, send, tryLogin } from './support.ts'

const { username, password } = defaultUser
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const encoded = new URLSearchParams(defaultUser).toString()

describe('a login', () => {
  test.each([
    ['JSON', '', { json: defaultUser }],
    ['a form', '', { body: encoded, headers: form }],
    ['a query string', `?${encoded}`, {}],
    ['a body and a query string', `?username=${username}`, { json: { password } }],
  ])('takes credentials from %s', async (_how, query, options) => {
    await using api = await startEmulator()
    const answer = await call(api, `/auth${query}`, { method: 'POST', ...options })
    expect(answer.status).toBe(200)
    expect(answer.json.data.authToken).toMatch(/^[a-z0-9]{26}$/)
    expect(cookies(answer)['PHPSESSID']).toBe(answer.json.data.authToken)
    expect(api.counters).toMatchObject({ loginAttempts: 1, logins: 1, liveSessions: 1, refused: 0, requests: 0 })
  })

  test('tells who logged in', async () => {
    const given = { username: 'ops@acme', password: 'a b', firstName: 'Olga', lastName: 'Psaki', email: 'o@p.example' }
    await using api = await startEmulator({ users: [given] })
    const { data, meta } = (await tryLogin(api, given)).json
    expect(data).toMatchObject({ authenticated: true, eulaNeeded: false, environment: 'production', isDemo: false })
    expect(data.user).toMatchObject({
      id: 1,
      uri: `${api.url}/api/user/1`,
      name: 'Olga Psaki',
      status: 'active',
      firstName: 'Olga',
      lastName: 'Psaki',
      username: 'ops@acme',
      email: 'o@p.example',
      timezone: 'America/New_York',
      isTech: false,
      isHelper: false,
      avatar: { small: expect.any(String), medium: expect.any(String), large: expect.any(String) },
      company: { id: 1, uri: `${api.url}/api/company/1`, name: 'Acme Fire & Safety' },
      account: { id: 1, name: 'Acme Fire & Safety' },
      serviceLines: [],
    })
    expect(data.user).not.toHaveProperty('password')
    expect(meta.stats).toEqual({
      requestDurationMs: expect.any(Number),
      resourceUsageMs: expect.any(Number),
      resourceBalanceMs: expect.any(Number),
    })
  })

  test('sets several cookies, its own not the first', async () => {
    await using api = await startEmulator()
    const { headers } = await tryLogin(api)
    expect(headers['set-cookie']).toHaveLength(3)
    expect(headers['set-cookie']![0]).not.toContain('PHPSESSID')
  })

  test('opens one more session each time and ends none', async () => {
    await using api = await startEmulator()
    const tokens = [await login(api), await login(api), await login(api)]
    expect(new Set(tokens).size).toBe(3)
    for (const token of tokens) expect((await call(api, '/job/1', { token })).status).toBe(200)
  })

  test.each([
    ['no body', {}, ['password', 'username']],
    ['no password', { json: { username } }, ['password']],
    ['no username', { json: { password } }, ['username']],
    ['an empty password', { json: { username, password: '' } }, ['password']],
    ['a password that is no string', { json: { username, password: 12 } }, ['password']],
    ['a list', { json: [username, password] }, ['password', 'username']],
  ])('with %s is answered 400', async (_what, options, missing) => {
    await using api = await startEmulator()
    const answer = await call(api, '/auth', { method: 'POST', ...options })
    expect(answer.status).toBe(400)
    expect(Object.keys(answer.json.messages.validation).toSorted()).toEqual(missing)
    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 1, logins: 0, liveSessions: 0 })
  })

  test('with a torn body is answered 400', async () => {
    await using api = await startEmulator()
    const headers = { 'content-type': 'application/json' }
    const answer = await call(api, '/auth', { method: 'POST', body: '{"username": "int', headers })
    expect(answer.status).toBe(400)
    expect(answer.json.messages.error).toEqual(['The request body cannot be read'])
    expect(answer.text).not.toContain('"int')
    expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 1 })
  })

  test.each([
    ['a wrong password', { username, password: 'guess' }],
    ['an unknown user', { username: 'nobody', password }],
    ["another object's property as user", { username: 'constructor', password }],
    ['an inactive user', { username: 'gone', password: 'left' }],
  ])('with %s is answered 403 and a cookie that opens nothing', async (_what, credentials) => {
    await using api = await startEmulator({
      users: [defaultUser, { username: 'gone', password: 'left', status: 'inactive' }],
    })
    const answer = await tryLogin(api, credentials)
    expect(answer.status).toBe(403)
    expect(answer.json.messages.error).toEqual(['Invalid credentials provided'])
    expect(answer.json.data).toMatchObject({ authenticated: false, authToken: null, user: null })
    const bogus = cookies(answer)['PHPSESSID']!
    expect(bogus).toMatch(/^[a-z0-9]{26}$/)
    expect((await call(api, '/job/1', { token: bogus })).status).toBe(401)
    expect(api.counters).toMatchObject({ refused: 1, logins: 0, liveSessions: 0 })
  })
})

describe('GET /auth', () => {
  test('tells the current user and does not rotate the token', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    const answer = await call(api, '/auth', { token })
    expect(answer.status).toBe(200)
    expect(answer.json.data).toMatchObject({ authenticated: true, authToken: token, user: { username } })
    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect(api.counters).toMatchObject({ logins: 1, requests: 1, liveSessions: 1 })
  })

  test('finds its cookie among others', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    const headers = { cookie: `AWSALB=x; NOT_PHPSESSID=no; PHPSESSID=${token}; last=1` }
    expect((await call(api, '/auth', { headers })).status).toBe(200)
  })
})

describe('DELETE /auth', () => {
  test('ends this session and no other', async () => {
    await using api = await startEmulator()
    const [ended, other] = [await login(api), await login(api)]
    const answer = await call(api, '/auth', { method: 'DELETE', token: ended })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await call(api, '/job/1', { token: ended })).status).toBe(401)
    expect((await call(api, '/job/1', { token: other })).status).toBe(200)
    expect(api.counters).toMatchObject({ logouts: 1, liveSessions: 1 })
    expect((await call(api, '/auth', { method: 'DELETE', token: ended })).status).toBe(404)
    expect(api.counters.logouts).toBe(1)
  })
})

test.each(['PUT', 'PATCH'])('%s /auth is answered 405', async (method) => {
  await using api = await startEmulator()
  const token = await login(api)
  expect((await call(api, '/auth', { method, token, json: defaultUser })).status).toBe(405)
  expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 0, requests: 1 })
})

describe('without a live session', () => {
  const dead = 'a'.repeat(26)

  test.each([
    ['GET', undefined],
    ['GET', dead],
    ['DELETE', undefined],
    ['DELETE', dead],
  ])('%s /auth with token %s is answered 404 in JSON', async (method, token) => {
    await using api = await startEmulator()
    const answer = await call(api, '/auth', { method, ...(token !== undefined && { token }) })
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toMatch(/json/)
    expect(answer.json.messages.error).toEqual(['No active session found for given auth token'])
    expect(answer.json.data).toMatchObject({ authenticated: false, authToken: null, user: null })
    expect(api.counters).toMatchObject({ requests: 1, rejected: 0, logouts: 0 })
  })

  test.each([
    ['GET', '/job'],
    ['GET', '/job/1'],
    ['GET', '/job/999999'],
    ['GET', '/comment'],
    ['POST', '/job'],
    ['PUT', '/job/1'],
    ['DELETE', '/job/1'],
    ['POST', '/attachment'],
    ['GET', '/no-such-thing'],
  ])('%s %s is answered 401 without a body', async (method, path) => {
    await using api = await startEmulator()
    const answer = await call(api, path, { method, token: dead, ...(method !== 'GET' && { json: { type: 'repair' } }) })
    expect([answer.status, answer.text]).toEqual([401, ''])
    expect(answer.headers).not.toHaveProperty('content-type')
    expect(api.counters).toMatchObject({ requests: 1, rejected: 1 })
  })

  test('the heartbeat answers', async () => {
    await using api = await startEmulator({ clock: () => 1_700_000_000_999 })
    const answer = await call(api, '/')
    expect(answer.status).toBe(200)
    expect(answer.json.data).toEqual({ version: expect.any(String), serverTime: 1_700_000_000 })
    expect((await call(api, '/', { method: 'POST' })).status).toBe(405)
    expect((await send(`${api.url}/elsewhere`)).status).toBe(404)
  })
})
