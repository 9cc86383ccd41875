import { Grant, LoginFailedError, LoginRefusedError, LoginThrottledError } from '@latchkey/core'
import { OAuth2Authenticator, TokenAuthenticator } from '@latchkey/servicetrade'
import { inspect } from 'node:util'
import { getGlobalDispatcher } from 'undici'
import { describe, expect, test } from 'vitest'
import { rejection } from '../support/client.ts'
import { json, startScripted } from '../support/scripted.ts'

const context = () => ({ dispatcher: getGlobalDispatcher(), signal: new AbortController().signal })
const client = { clientId: 'acme', clientSecret: 'canary-secret' }
const grantOf = (token: string, refreshToken?: string) =>
  new Grant({ id: 'x', token, refreshToken, generation: 1, issuedAt: 0, worked: true })

describe('what the token endpoint answers', () => {
  test.each<[string, number, unknown, unknown]>([
    ['401 invalid_client', 401, { error: 'invalid_client' }, LoginRefusedError],
    ['400', 400, { error: 'invalid_request' }, LoginRefusedError],
    ['401 without a word', 401, '', LoginRefusedError],
    ['403', 403, { error: 'unauthorized_client' }, LoginRefusedError],
    ["a firewall's 403", 403, '<html>', LoginFailedError],
    ['a 400 that says nothing', 400, '<html>', LoginFailedError],
    ['429', 429, {}, LoginThrottledError],
    ['500', 500, {}, LoginFailedError],
    ['302', 302, {}, LoginFailedError],
    ['404', 404, {}, LoginFailedError],
    ['a page', 200, '<html>', LoginFailedError],
    ['a list', 200, [1], LoginFailedError],
    ['no token', 200, { token_type: 'Bearer' }, LoginFailedError],
    ['a token of two lines', 200, { access_token: 'canary-token\nx' }, LoginFailedError],
  ])('%s', async (_what, status, body, kind) => {
    await using api = await startScripted((_request, response) => json(response, status, body))
    const error = await rejection(new OAuth2Authenticator({ ...client, baseUrl: api.url }).login(context()))
    expect(error).toBeInstanceOf(kind)
    expect(inspect(error)).not.toMatch(/canary/)
  })

  test('a refusal that quotes the secret is told without it', async () => {
    await using api = await startScripted((_request, response) =>
      json(response, 401, { error: 'invalid_client', error_description: 'no canary-secret here' }),
    )
    const error = await rejection(new OAuth2Authenticator({ ...client, baseUrl: api.url }).login(context()))
    expect(error.message).toBe('The token request was answered 401: invalid_client: no [secret] here')
  })

  test.each<[string, object, number | undefined]>([
    ['expires_in', { expires_in: 60 }, 60_000],
    ['expires_in as text', { expires_in: '60' }, 60_000],
    ['nothing', {}, undefined],
    ['something else', { expires_in: 'soon' }, undefined],
    ['no time at all', { expires_in: 0 }, undefined],
    ['a time gone by', { expires_in: -1 }, undefined],
    ['no time, as text', { expires_in: '0' }, undefined],
    ['a time without end', { expires_in: 1e306 }, undefined],
  ])('the expiry follows from %s', async (_what, extra, life) => {
    await using api = await startScripted((_request, response) =>
      json(response, 200, { access_token: 'opaque', ...extra }),
    )
    const before = Date.now()
    const { expiresAt } = await new OAuth2Authenticator({ ...client, baseUrl: api.url }).login(context())
    if (life === undefined) expect(expiresAt).toBeUndefined()
    else expect(Math.abs(expiresAt! - before - life)).toBeLessThan(5_000)
  })
})

test('the secret travels in bodies alone, and a refresh carries none', async () => {
  await using api = await startScripted((_request, response) =>
    json(response, 200, { access_token: 'a', refresh_token: 'b' }),
  )
  const authenticator = new OAuth2Authenticator({ ...client, baseUrl: api.url, apiPrefix: '/v2/api' })
  await authenticator.login(context())
  await authenticator.login({ ...context(), previous: grantOf('a', 'b') })
  await authenticator.logout(grantOf('a', 'b'), { ...context(), reason: 'requested' })
  expect(api.received.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
    ['/v2/api/oauth2/token', { grant_type: 'client_credentials', client_secret: 'canary-secret', client_id: 'acme' }],
    ['/v2/api/oauth2/token', { grant_type: 'refresh_token', refresh_token: 'b', client_id: 'acme' }],
    ['/v2/api/oauth2/revoke', { refresh_token: 'b', client_secret: 'canary-secret', client_id: 'acme' }],
  ])
  for (const { url, headers } of api.received) expect(inspect({ url, headers })).not.toContain('canary')
})

test('whose session it is depends on all of the credentials, and tells none', () => {
  const prints = [
    client,
    { ...client, clientSecret: 'other' },
    { ...client, clientId: 'other' },
    { clientId: 'acme', refreshToken: 'r' },
    { clientId: 'acme', refreshToken: 's' },
    { ...client, baseUrl: 'https://st.example' },
  ].map((options) => new OAuth2Authenticator(options).fingerprint)
  prints.push(new TokenAuthenticator({ token: 'a' }).fingerprint, new TokenAuthenticator({ token: 'b' }).fingerprint)
  expect(new Set(prints).size).toBe(8)
  const withSecret = new OAuth2Authenticator({ ...client, refreshToken: 'r' })
  expect(withSecret.fingerprint).toBe(prints[3])
  const authenticator = new OAuth2Authenticator({ ...client, token: 'canary-token', refreshToken: 'canary-refresh' })
  expect(authenticator.subject).toBe('api.servicetrade.com/acme')
  expect(inspect([authenticator, new TokenAuthenticator({ token: 'canary' })])).not.toContain('canary')
  expect(JSON.stringify([authenticator, new TokenAuthenticator({ token: 'canary' })])).not.toContain('canary')
})

test.each([
  [401, '/api/job/1', true],
  [401, '/api/oauth2/userinfo', true],
  [401, '/api/oauth2/token', false],
  [401, '/api/oauth2/revoke?x=1', false],
  [404, '/api/auth', false],
  [403, '/api/job/1', false],
  [500, '/api/job/1', false],
  [302, '/api/job/1', false],
])('a %i on %s is a reset: %s', (statusCode, path, expected) => {
  const authenticator = new OAuth2Authenticator(client)
  expect(authenticator.isReset({ statusCode, headers: {} }, { method: 'GET', path })).toBe(expected)
})

test.each([
  [200, true],
  [401, false],
])('a probe that is answered %i says %s', async (status, expected) => {
  await using api = await startScripted((_request, response) => json(response, status, {}))
  const authenticator = new OAuth2Authenticator({ ...client, baseUrl: api.url })
  expect(await authenticator.probe(grantOf('a'), context())).toBe(expected)
  expect(api.received[0]).toMatchObject({ url: '/api/oauth2/userinfo', headers: { authorization: 'Bearer a' } })
})

test('a probe that is answered anything else cannot tell', async () => {
  await using api = await startScripted((_request, response) => json(response, 503, {}))
  const authenticator = new OAuth2Authenticator({ ...client, baseUrl: api.url })
  await expect(authenticator.probe(grantOf('a'), context())).rejects.toThrow('503')
})

test('a revocation that the server refuses because the token is dead is a success, an outage is none', async () => {
  let status = 400
  await using api = await startScripted((_request, response) => json(response, status, {}))
  const authenticator = new OAuth2Authenticator({ ...client, baseUrl: api.url })
  await authenticator.logout(grantOf('a', 'b'), { ...context(), reason: 'requested' })
  status = 503
  await expect(authenticator.logout(grantOf('a', 'b'), { ...context(), reason: 'requested' })).rejects.toThrow('503')
})

test('a grant that came too late to count is not revoked: that may end all that came of the same', async () => {
  await using api = await startScripted((_request, response) => json(response, 200, {}))
  const authenticator = new OAuth2Authenticator({ ...client, baseUrl: api.url })
  await authenticator.logout(grantOf('a', 'b'), { ...context(), reason: 'unpublished' })
  expect(api.received).toEqual([])
})

test('a token that was begun with goes with the refresh token beside it', async () => {
  await using api = await startScripted((_request, response) => json(response, 200, { access_token: 'a' }))
  const authenticator = new OAuth2Authenticator({ ...client, token: 'first', refreshToken: 'r', baseUrl: api.url })
  expect(await authenticator.login(context())).toEqual({ token: 'first', expiresAt: undefined, refreshToken: 'r' })
  expect((await authenticator.login({ ...context(), previous: grantOf('first', 'r') })).refreshToken).toBe('r')
  expect(JSON.parse(api.received[0]!.body)).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'r' })
})

test.each([
  ['a firewall that answers 403', 403, '<html>', LoginFailedError],
  ['a server in trouble', 503, {}, LoginFailedError],
  ['a refusal of the client itself', 401, { error: 'invalid_client' }, LoginRefusedError],
])('%s is no reason to give a refresh token up for the secret', async (_what, status, body, kind) => {
  await using api = await startScripted((_request, response) => json(response, status, body))
  const authenticator = new OAuth2Authenticator({ ...client, refreshToken: 'r', baseUrl: api.url })
  await expect(authenticator.login(context())).rejects.toThrow(kind)
  expect(api.received.map((one) => JSON.parse(one.body).grant_type)).toEqual(['refresh_token'])
})

test('a secret that a server quotes as JSON is not told either', async () => {
  const clientSecret = 'canary"\\secret'
  await using api = await startScripted(({ body }, response) =>
    json(response, 401, { error: 'invalid_client', error_description: body }),
  )
  const error = await rejection(new OAuth2Authenticator({ ...client, clientSecret, baseUrl: api.url }).login(context()))
  expect(error.message).toContain('[secret]')
  expect(error.message).not.toContain('canary')
})

test('a configured refresh token that was spent is not used again, even if what followed it was lost', async () => {
  await using api = await startScripted((_request, response) =>
    json(response, 200, { access_token: 'a', refresh_token: 'next' }),
  )
  const options = { clientId: 'acme', refreshToken: 'r', baseUrl: api.url }
  const [bare, withSecret] = [new OAuth2Authenticator(options), new OAuth2Authenticator({ ...client, ...options })]
  await bare.login(context())
  await expect(bare.login(context())).rejects.toThrow(LoginRefusedError)
  await withSecret.login(context())
  await withSecret.login(context())
  expect(api.received.map(({ body }) => JSON.parse(body).grant_type)).toEqual([
    'refresh_token',
    'refresh_token',
    'client_credentials',
  ])
})
