import { defaultClient, defaultUser, type Emulator, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { as, askForm, askToken, claimsOf, fieldsOf, issue, tryClient, tryRefresh } from './oauth2.ts'
import { type Answer, call, createClock, login } from './support.ts'

const { clientId, clientSecret } = defaultClient

describe('a client', () => {
  test.each<[string, (api: Emulator, fields: Record<string, string>) => Promise<Answer>]>([
    ['JSON', askToken],
    ['a form', (api, fields) => askForm(api, '/oauth2/token', fields)],
  ])('gets tokens, outside of the envelope, for its secret in %s', async (_how, ask) => {
    await using api = await startEmulator()
    const answer = await ask(api, fieldsOf())
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 86_400,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect(api.counters).toMatchObject({ loginAttempts: 1, logins: 1, liveTokens: 1, liveSessions: 0, requests: 0 })
    expect((await as(api, answer.json.access_token)).status).toBe(200)
  })

  test('gets nothing for a secret in a query string', async () => {
    await using api = await startEmulator()
    const answer = await call(api, `/oauth2/token?${new URLSearchParams(fieldsOf())}`, { method: 'POST' })
    expect([answer.status, answer.json.error]).toEqual([400, 'invalid_request'])
  })

  test('acts as the first user of its account, or as the one it is given', async () => {
    const users = [defaultUser, { username: 'other', password: 'x' }]
    const clients = [
      { clientId: 'a', clientSecret: 's' },
      { clientId: 'b', clientSecret: 's', username: 'other' },
    ]
    await using api = await startEmulator({ users, clients })
    const names = []
    for (const client of clients) {
      const answer = await as(api, (await issue(api, client)).access, '/oauth2/userinfo')
      names.push(answer.json.preferred_username)
    }
    expect(names).toEqual(['integration', 'other'])
  })

  test('is not there by default when users are given', async () => {
    await using api = await startEmulator({ users: [defaultUser] })
    expect((await tryClient(api)).json.error).toBe('invalid_client')
    await using other = await startEmulator({ clients: [{ clientId: 'own', clientSecret: 's' }] })
    expect((await tryClient(other)).json.error).toBe('invalid_client')
  })

  test.each([
    ['a wrong secret', { clientId, clientSecret: 'guess' }],
    ['an unknown id', { clientId: 'nobody', clientSecret }],
    ["another object's property as id", { clientId: 'constructor', clientSecret }],
    ['an inactive user', { clientId: 'gone', clientSecret: 'left' }],
  ])('with %s is answered 401 invalid_client', async (_what, client) => {
    await using api = await startEmulator({
      users: [defaultUser, { username: 'gone', password: 'left', status: 'inactive' }],
      clients: [defaultClient, { clientId: 'gone', clientSecret: 'left', username: 'gone' }],
    })
    const answer = await tryClient(api, client)
    expect(answer.status).toBe(401)
    expect(answer.json).toEqual({ error: 'invalid_client', error_description: expect.any(String) })
    expect(api.counters).toMatchObject({ refused: 1, logins: 0, liveTokens: 0, rejected: 0, refreshTokensRefused: 0 })
  })
})

describe('a token request', () => {
  test.each([
    ['no body', undefined, 'invalid_request', 'grant_type'],
    ['no grant type', { client_id: clientId }, 'invalid_request', 'grant_type'],
    ['a grant type of its own', { ...fieldsOf(), grant_type: 'password' }, 'unsupported_grant_type', 'grant_type'],
    ['no client id', { ...fieldsOf(), client_id: '' }, 'invalid_request', 'client_id'],
    ['a secret that is no string', { ...fieldsOf(), client_secret: 7 }, 'invalid_request', 'client_secret'],
    ['no refresh token', { ...fieldsOf(), grant_type: 'refresh_token' }, 'invalid_request', 'refresh_token'],
    ['a list', [fieldsOf()], 'invalid_request', 'grant_type'],
  ])('with %s is answered 400', async (_what, json, error, named) => {
    await using api = await startEmulator()
    const answer = await askToken(api, json)
    expect([answer.status, answer.json.error]).toEqual([400, error])
    expect(answer.json.error_description).toContain(named)
    expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 1, logins: 0 })
  })

  test('with a torn body is answered 400 without repeating it', async () => {
    await using api = await startEmulator()
    const headers = { 'content-type': 'application/json' }
    const answer = await call(api, '/oauth2/token', { method: 'POST', body: '{"client_secret": "torn', headers })
    expect([answer.status, answer.json.error]).toEqual([400, 'invalid_request'])
    expect(answer.text).not.toContain('torn')
    expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 1 })
  })
})

test.each([
  ['GET', '/oauth2/token'],
  ['PUT', '/oauth2/token'],
  ['GET', '/oauth2/revoke'],
  ['DELETE', '/oauth2/revoke'],
  ['POST', '/oauth2/userinfo'],
  ['DELETE', '/oauth2/userinfo'],
])('%s %s is answered 405', async (method, path) => {
  await using api = await startEmulator()
  const { access } = await issue(api)
  expect((await as(api, access, path, { method })).status).toBe(405)
  expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 0, requests: 1 })
})

describe('a JWT', () => {
  test('tells who issued it to whom, and when it ends', async () => {
    const clock = createClock(1_800_000_000_999)
    await using api = await startEmulator({ clock: clock.read, oauth2: { tokenLifetime: 90_500 } })
    const { json } = await tryClient(api)
    expect(json.expires_in).toBe(90)
    const [header, claims] = claimsOf(json.access_token)
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' })
    expect(claims).toEqual({
      iss: api.url,
      sub: '1',
      client_id: clientId,
      iat: 1_800_000_000,
      exp: 1_800_000_091,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
    })
  })

  test('is like no other', async () => {
    await using api = await startEmulator({ clock: createClock().read })
    const [one, two] = [await issue(api), await issue(api)]
    expect(one.access).not.toBe(two.access)
    expect(claimsOf(one.access)[1].jti).not.toBe(claimsOf(two.access)[1].jti)
  })

  test('opens nothing once it is changed, or at another emulator', async () => {
    await using api = await startEmulator()
    await using other = await startEmulator()
    const { access } = await issue(api)
    const [header, payload, signature] = access.split('.') as [string, string, string]
    expect(Buffer.from(signature, 'base64url')).toHaveLength(32)
    const claims = Buffer.from(JSON.stringify({ ...claimsOf(access)[1], sub: '2' })).toString('base64url')
    expect((await as(api, [header, claims, signature].join('.'))).status).toBe(401)
    expect((await as(api, [header, payload, ''].join('.'))).status).toBe(401)
    expect((await as(other, access)).status).toBe(401)
    expect((await as(api, access)).status).toBe(200)
  })
})

describe('by its options', () => {
  test('an access token is opaque', async () => {
    await using api = await startEmulator({ oauth2: { format: 'opaque' } })
    const { access } = await issue(api)
    expect(access).toMatch(/^[\w-]{43}$/)
    expect((await as(api, access)).status).toBe(200)
  })

  test('no refresh token comes', async () => {
    await using api = await startEmulator({ oauth2: { refreshTokens: 'never' } })
    expect((await tryClient(api)).json).not.toHaveProperty('refresh_token')
    expect(api.revokeRefreshTokens()).toBe(0)
  })

  test('the answer does not tell when a token ends', async () => {
    await using api = await startEmulator({ oauth2: { expiresIn: false } })
    const { json } = await tryClient(api)
    expect(Object.keys(json)).toEqual(['access_token', 'token_type', 'refresh_token'])
    expect((await tryRefresh(api, json.refresh_token)).json).not.toHaveProperty('expires_in')
  })

  test('a token ends at its millisecond, however busy it is', async () => {
    const clock = createClock()
    await using api = await startEmulator({ clock: clock.read, oauth2: { tokenLifetime: 1000 } })
    const { access } = await issue(api)
    clock.forward(999)
    expect((await as(api, access)).status).toBe(200)
    expect(api.counters.liveTokens).toBe(1)
    clock.forward(1)
    expect(api.counters.liveTokens).toBe(0)
    expect((await as(api, access)).status).toBe(401)
    expect(api.counters).toMatchObject({ rejected: 1, expired: 0 })
  })

  test('a token lives for a day by default', async () => {
    const clock = createClock()
    await using api = await startEmulator({ clock: clock.read })
    const { access } = await issue(api)
    clock.forward(86_399_999)
    expect((await as(api, access)).status).toBe(200)
    clock.forward(1)
    expect((await as(api, access)).status).toBe(401)
  })
})

test('tokens count towards no cap, and push no session out', async () => {
  await using api = await startEmulator({ softCap: 1, hardCap: 2 })
  const token = await login(api)
  const grants = []
  for (let count = 0; count < 5; count++) grants.push(await issue(api))
  expect((await call(api, '/job/1', { token })).status).toBe(200)
  for (const { access } of grants) expect((await as(api, access)).status).toBe(200)
  expect(api.counters).toMatchObject({ liveSessions: 1, liveTokens: 5, pruned: 0 })
})
