import { ConfigurationError, defaultClient, defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { as, askForm, grantOf, issue, tryClient, tryRefresh, tryRevoke } from './oauth2.ts'
import { call, createClock, login, send } from './support.ts'

const { clientId, clientSecret } = defaultClient
const other = { clientId: 'other', clientSecret: 'other-secret' }
const twoClients = { users: [defaultUser], clients: [defaultClient, other] }

describe('a refresh token', () => {
  test('yields new tokens without the secret, and those before live on', async () => {
    await using api = await startEmulator()
    const first = await issue(api)
    const next = grantOf(await tryRefresh(api, first.refresh))
    expect(next.refresh).not.toBe(first.refresh)
    for (const { access } of [first, next]) expect((await as(api, access)).status).toBe(200)
    expect(api.counters).toMatchObject({ loginAttempts: 2, logins: 2, liveTokens: 2, refused: 0 })
  })

  test('can come in a form', async () => {
    await using api = await startEmulator()
    const fields = { grant_type: 'refresh_token', client_id: clientId, refresh_token: (await issue(api)).refresh }
    expect((await askForm(api, '/oauth2/token', fields)).status).toBe(200)
  })

  test('is refused the second time, and the one that replaced it is not', async () => {
    await using api = await startEmulator()
    const { refresh } = await issue(api)
    const next = grantOf(await tryRefresh(api, refresh))
    const again = await tryRefresh(api, refresh)
    expect([again.status, again.json]).toEqual([401, { error: 'invalid_grant', error_description: expect.any(String) }])
    expect(api.counters).toMatchObject({ refreshTokensRefused: 1, refused: 1, liveTokens: 2 })
    expect((await as(api, next.access)).status).toBe(200)
    expect((await tryRefresh(api, next.refresh)).status).toBe(200)
  })

  test('is spent by one of two who use it at once', async () => {
    await using api = await startEmulator()
    const { refresh } = await issue(api)
    const hold = api.hold('login')
    const answers = [tryRefresh(api, refresh), tryRefresh(api, refresh)]
    await hold.arrived(2)
    hold.release()
    expect((await Promise.all(answers)).map(({ status }) => status).toSorted()).toEqual([200, 401])
  })

  test('of another client is refused, and not spent', async () => {
    await using api = await startEmulator(twoClients)
    const { refresh } = await issue(api)
    expect((await tryRefresh(api, refresh, other.clientId)).json.error).toBe('invalid_grant')
    expect((await tryRefresh(api, refresh, 'nobody')).json.error).toBe('invalid_client')
    expect(api.counters).toMatchObject({ refused: 2, refreshTokensRefused: 1 })
    expect((await tryRefresh(api, refresh)).status).toBe(200)
  })

  test('that was never made is refused', async () => {
    await using api = await startEmulator()
    const { access } = await issue(api)
    for (const token of ['unknown', access]) {
      expect((await tryRefresh(api, token)).json.error).toBe('invalid_grant')
    }
  })

  test('opens no resource', async () => {
    await using api = await startEmulator()
    expect((await as(api, (await issue(api)).refresh)).status).toBe(401)
  })

  test('outlives its access token', async () => {
    const clock = createClock()
    await using api = await startEmulator({ clock: clock.read, oauth2: { tokenLifetime: 1000 } })
    const { refresh } = await issue(api)
    clock.forward(365 * 24 * 60 * 60 * 1000)
    const { access } = grantOf(await tryRefresh(api, refresh))
    expect((await as(api, access)).status).toBe(200)
    expect(api.counters.liveTokens).toBe(1)
  })

  test('of whom nobody told is ended, and access tokens live on', async () => {
    await using api = await startEmulator()
    const [one, two] = [await issue(api), await issue(api)]
    expect(api.revokeRefreshTokens()).toBe(2)
    expect(api.revokeRefreshTokens()).toBe(0)
    for (const { access, refresh } of [one, two]) {
      expect((await tryRefresh(api, refresh)).json.error).toBe('invalid_grant')
      expect((await as(api, access)).status).toBe(200)
    }
    const { refresh } = await issue(api)
    const answer = await send(`${api.control}/revoke-refresh-tokens`, { method: 'POST' })
    expect([answer.status, answer.json]).toEqual([200, { ended: 1 }])
    expect((await tryRefresh(api, refresh)).status).toBe(401)
  })
})

describe('resets', () => {
  test('end access tokens with sessions, and leave refresh tokens', async () => {
    await using api = await startEmulator()
    const token = await login(api)
    const { access, refresh } = await issue(api)
    expect(api.resetSessions()).toBe(2)
    expect((await call(api, '/job/1', { token })).status).toBe(401)
    expect((await as(api, access)).status).toBe(401)
    expect(api.counters).toMatchObject({ resets: 1, liveTokens: 0, liveSessions: 0, rejected: 2, logouts: 0 })
    expect((await as(api, grantOf(await tryRefresh(api, refresh)).access)).status).toBe(200)
  })

  test('end one access token alone', async () => {
    await using api = await startEmulator()
    const [ended, kept] = [await issue(api), await issue(api)]
    expect(api.resetSession(ended.access)).toBe(true)
    expect(api.resetSession(ended.access)).toBe(false)
    expect(api.resetSession(kept.refresh)).toBe(false)
    expect((await as(api, ended.access)).status).toBe(401)
    expect((await as(api, kept.access)).status).toBe(200)
    expect(api.counters).toMatchObject({ resets: 1, liveTokens: 1 })
  })

  test('from another process do the same', async () => {
    await using api = await startEmulator()
    const [one, two] = [await issue(api), await issue(api)]
    const reset = async (json?: object) => (await send(`${api.control}/reset`, { method: 'POST', json })).json
    expect(await reset({ token: one.access })).toEqual({ ended: 1 })
    expect((await as(api, two.access)).status).toBe(200)
    expect(await reset()).toEqual({ ended: 1 })
    expect((await as(api, two.access)).status).toBe(401)
  })

  test('do not count tokens that were over', async () => {
    const clock = createClock()
    await using api = await startEmulator({ clock: clock.read, oauth2: { tokenLifetime: 1000 } })
    await issue(api)
    clock.forward(1000)
    expect(api.resetSessions()).toBe(0)
    expect(api.counters.resets).toBe(0)
  })
})

describe('a revocation', () => {
  test('ends the refresh token and all that its first login led to, and nothing else', async () => {
    await using api = await startEmulator()
    const [first, bystander] = [await issue(api), await issue(api)]
    const next = grantOf(await tryRefresh(api, first.refresh))
    const answer = await tryRevoke(api, next.refresh)
    expect([answer.status, answer.json]).toEqual([200, {}])
    for (const { access } of [first, next]) expect((await as(api, access)).status).toBe(401)
    expect((await tryRefresh(api, next.refresh)).json.error).toBe('invalid_grant')
    expect((await as(api, bystander.access)).status).toBe(200)
    expect((await tryRefresh(api, bystander.refresh)).status).toBe(200)
    expect(api.counters).toMatchObject({ logouts: 1, loginAttempts: 5, requests: 4, resets: 0 })
  })

  test('can come in a form', async () => {
    await using api = await startEmulator()
    const { access, refresh } = await issue(api)
    const fields = { refresh_token: refresh, client_id: clientId, client_secret: clientSecret }
    expect((await askForm(api, '/oauth2/revoke', fields)).json).toEqual({})
    expect((await as(api, access)).status).toBe(401)
  })

  test('of a token that is dead, unknown or of another client is answered 200, and ends nothing', async () => {
    await using api = await startEmulator(twoClients)
    const first = await issue(api)
    const { access, refresh } = grantOf(await tryRefresh(api, first.refresh))
    for (const answer of [
      await tryRevoke(api, first.refresh),
      await tryRevoke(api, 'unknown'),
      await tryRevoke(api, refresh, other),
    ])
      expect([answer.status, answer.json]).toEqual([200, {}])
    expect(api.counters.logouts).toBe(0)
    expect((await as(api, access)).status).toBe(200)
    expect((await tryRefresh(api, refresh)).status).toBe(200)
  })

  test.each([
    ['a wrong secret', { clientId, clientSecret: 'guess' }, 401, 'invalid_client'],
    ['an unknown client', { clientId: 'nobody', clientSecret }, 401, 'invalid_client'],
    ['no secret', { clientId, clientSecret: '' }, 400, 'invalid_request'],
  ])('with %s is refused and ends nothing', async (_what, client, status, error) => {
    await using api = await startEmulator()
    const { access, refresh } = await issue(api)
    const answer = await tryRevoke(api, refresh, client)
    expect([answer.status, answer.json.error]).toEqual([status, error])
    expect((await as(api, access)).status).toBe(200)
    expect(api.counters).toMatchObject({ logouts: 0, refused: 0, rejected: 0 })
  })
})

describe("a client's secret", () => {
  test('that is new is asked for from then on, and tokens that are out go on', async () => {
    await using api = await startEmulator()
    const { access, refresh } = await issue(api)
    api.setClientSecret(clientId, 'another-secret')
    expect((await tryClient(api)).status).toBe(401)
    expect((await tryClient(api, { clientId, clientSecret: 'another-secret' })).status).toBe(200)
    expect((await as(api, access)).status).toBe(200)
    expect((await tryRefresh(api, refresh)).status).toBe(200)
  })

  test.each([
    ['nobody', 'secret', 'clientId'],
    [clientId, '', 'clientSecret'],
    [clientId, 7, 'clientSecret'],
  ])('of %s cannot become %j', async (id, secret, option) => {
    await using api = await startEmulator()
    const change = (): void => api.setClientSecret(id, secret as string)
    expect(change).toThrow(ConfigurationError)
    expect(change).toThrow(new RegExp(`^${option} takes`))
  })
})
