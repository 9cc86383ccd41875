import { inspect } from 'node:util'
import { ConfigurationError, defaultClient, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { as, bearer, issue, tryClient, tryRefresh, tryRevoke } from './oauth2.ts'
import { startReceiver, subscribe } from './receiver.ts'
import { call, createClock, login, send } from './support.ts'

const acme = { username: 'acme', password: 'acme-password' }
const bolt = { username: 'bolt', password: 'bolt-password', firstName: 'Bo', lastName: 'Lt', email: 'bo@bolt.example' }
const acmeClient = { clientId: 'acme-client', clientSecret: 'acme-secret' }
const boltClient = { clientId: 'bolt-client', clientSecret: 'bolt-secret' }
const accounts = [
  { name: 'Acme', users: [acme], clients: [acmeClient] },
  { name: 'Bolt', users: [bolt], clients: [boltClient] },
]

describe('an access token', () => {
  test('opens what the session of its user does', async () => {
    await using api = await startEmulator({ accounts })
    const token = await login(api, bolt)
    const { access } = await issue(api, boltClient)
    for (const path of ['/job', '/job/41', '/location?limit=100', '/user']) {
      const [byCookie, byBearer] = [await call(api, path, { token }), await as(api, access, path)]
      expect([byBearer.status, byBearer.json.data]).toEqual([200, byCookie.json.data])
    }
  })

  test('sees and changes nothing of another account', async () => {
    await using api = await startEmulator({ accounts })
    const { access } = await issue(api, boltClient)
    expect((await as(api, access, '/job/1')).status).toBe(404)
    expect((await as(api, access, '/job/1', { method: 'PUT', json: { status: 'closed' } })).status).toBe(404)
    const { jobs } = (await as(api, access, '/job?status=*&limit=2000')).json.data
    expect(jobs.every(({ id }: { id: number }) => id > 40)).toBe(true)
    expect(jobs).toHaveLength(40)
  })

  test('writes in the name of its user', async () => {
    await using receiver = await startReceiver()
    await using api = await startEmulator({ accounts })
    await subscribe(api, await login(api, bolt), receiver.url)
    const { access } = await issue(api, boltClient)
    const put = await as(api, access, '/job/41', { method: 'PUT', json: { customerPo: 'PO-1' } })
    expect(put.status).toBe(200)
    await api.webhooksSettled()
    const { json } = await as(api, access, '/oauth2/userinfo')
    expect(receiver.received.map((one) => String(one.json.data[0].userId))).toEqual([json.sub])
  })

  test("is charged to its user's server time", async () => {
    await using api = await startEmulator({ serverTimeBudget: { limit: 100, cost: 100 }, clock: createClock().read })
    const { access } = await issue(api)
    expect((await as(api, access, '/oauth2/userinfo')).status).toBe(200)
    expect((await as(api, access)).status).toBe(200)
    expect((await as(api, access)).status).toBe(429)
    expect((await call(api, '/job/1', { token: await login(api) })).status).toBe(429)
  })

  test('wins over a cookie, alive or dead', async () => {
    await using api = await startEmulator({ accounts })
    const token = await login(api, acme)
    const { access } = await issue(api, boltClient)
    const status = async (headers: Record<string, string>) => (await call(api, '/job/1', { headers })).status
    expect(await status({ cookie: `PHPSESSID=${token}` })).toBe(200)
    expect(await status(bearer(access, token))).toBe(404)
    api.resetSession(access)
    expect(await status(bearer(access, token))).toBe(401)
    expect(await status(bearer('', token))).toBe(401)
    expect(await status({ authorization: 'Basic eDp5', cookie: `PHPSESSID=${token}` })).toBe(200)
  })

  test('can be named in any case', async () => {
    await using api = await startEmulator()
    const { access } = await issue(api)
    expect((await call(api, '/job/1', { headers: { authorization: `bearer ${access}` } })).status).toBe(200)
    expect((await call(api, '/job/1', { headers: { authorization: `Bearer ${access} more` } })).status).toBe(401)
  })

  test('that is dead is answered 401 with an empty body', async () => {
    await using api = await startEmulator()
    const answer = await as(api, 'dead')
    expect([answer.status, answer.text]).toEqual([401, ''])
    expect(api.counters).toMatchObject({ requests: 1, rejected: 1 })
  })

  test.each(['GET', 'DELETE'])('is no session to %s /auth, and hides the one of a cookie', async (method) => {
    await using api = await startEmulator()
    const token = await login(api)
    const { access } = await issue(api)
    for (const headers of [bearer(access), bearer(access, token)]) {
      const answer = await call(api, '/auth', { method, headers })
      expect([answer.status, answer.json.messages.error]).toEqual([
        404,
        ['No active session found for given auth token'],
      ])
    }
    expect(api.counters).toMatchObject({ liveSessions: 1, liveTokens: 1, logouts: 0 })
  })
})

describe('GET /oauth2/userinfo', () => {
  test('tells whose the token is', async () => {
    await using api = await startEmulator({ accounts })
    const { data } = (await call(api, '/auth', { method: 'POST', json: bolt })).json
    const answer = await as(api, (await issue(api, boltClient)).access, '/oauth2/userinfo')
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      sub: String(data.user.id),
      name: 'Bo Lt',
      email: 'bo@bolt.example',
      preferred_username: 'bolt',
    })
  })

  test('is answered 401 without a live access token, whatever cookie comes', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    for (const options of [{}, { token }, { headers: bearer('dead') }]) {
      const answer = await call(api, '/oauth2/userinfo', options)
      expect([answer.status, answer.text]).toEqual([401, ''])
    }
    expect(api.counters.rejected).toBe(3)
  })
})

test('secrets and tokens are told nowhere but to whom they belong', async () => {
  await using api = await startEmulator({ accounts })
  const { access, refresh } = await issue(api, boltClient)
  const spent = (await tryRefresh(api, refresh, boltClient.clientId)).json.refresh_token as string
  const token = await login(api, bolt)
  const wrong = { clientId: 'bolt-client', clientSecret: `${boltClient.clientSecret}-wrong` }
  const told = [
    JSON.stringify([api, api.counters, api.sessions, api.faults]),
    inspect(api, { depth: 9, showHidden: true, getters: true }),
    (await send(`${api.control}/counters`)).text,
    (await send(`${api.control}/faults`)).text,
    (await send(`${api.control}/reset`, { method: 'POST', json: { token: 7 } })).text,
    (await tryClient(api, wrong)).text,
    (await tryRefresh(api, refresh, boltClient.clientId)).text,
    (await tryRevoke(api, refresh, wrong)).text,
    (await as(api, access, '/oauth2/userinfo')).text,
    (await as(api, access, '/user')).text,
    (await call(api, '/auth', { token })).text,
  ].join('\n')
  for (const secret of [access, refresh, spent, boltClient.clientSecret, acmeClient.clientSecret, bolt.password]) {
    expect(told).not.toContain(secret)
  }
})

const hidden = 'hunter2-hunter2'
const client = { clientId: 'a', clientSecret: hidden }
const one = accounts[0]!

test.each<[string, object, string, string]>([
  ['no clients', { clients: [] }, 'clients', 'an array with entries, but got an array of 0'],
  ['a client without secret', { clients: [{ clientId: 'a' }] }, 'clients[0].clientSecret', 'but got undefined'],
  ['an unknown client option', { clients: [{ ...client, secret: hidden }] }, 'clients[0].secret', 'it is unknown'],
  ['two clients of one id', { clients: [client, client] }, 'clients[1].clientId', 'takes an id of its own'],
  [
    'a client of a stranger',
    { clients: [{ ...client, username: 'x' }] },
    'clients[0].username',
    'one of the users of its account',
  ],
  ['clients beside accounts', { clients: [client], accounts }, 'clients', 'takes no value beside accounts'],
  [
    'a client of two accounts',
    { accounts: [one, { name: 'B', users: [bolt], clients: [acmeClient] }] },
    'accounts[1].clients[0].clientId',
    'takes an id of its own',
  ],
  [
    "a client of another account's user",
    { accounts: [{ ...one, clients: [{ ...client, username: 'bolt' }] }, accounts[1]] },
    'accounts[0].clients[0].username',
    'one of the users of its account',
  ],
  ['no lifetime', { oauth2: { tokenLifetime: 0 } }, 'oauth2.tokenLifetime', 'takes a time in ms from 1'],
  ['an unknown format', { oauth2: { format: 'paseto' } }, 'oauth2.format', "takes 'jwt' or 'opaque'"],
  ['refresh tokens at times', { oauth2: { refreshTokens: true } }, 'oauth2.refreshTokens', "takes 'always' or 'never'"],
  ['expiresIn as a number', { oauth2: { expiresIn: 60 } }, 'oauth2.expiresIn', 'takes true or false, but got 60'],
])('%s is refused', async (_what, options, option, message) => {
  const error = await startEmulator(options as EmulatorOptions).then(
    (api) => api.close(),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ConfigurationError)
  expect(error).toMatchObject({ option, message: expect.stringContaining(message) })
  expect(inspect(error)).not.toContain(hidden)
})

test('accounts have no client by default', async () => {
  await using api = await startEmulator({ accounts: [{ name: 'Acme', users: [acme] }] })
  expect((await tryClient(api, defaultClient)).json.error).toBe('invalid_client')
})
