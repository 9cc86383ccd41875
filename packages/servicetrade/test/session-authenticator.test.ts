import { LoginFailedError, LoginRefusedError, LoginThrottledError, Grant } from '@latchkey/core'
import { SessionAuthenticator } from '@latchkey/servicetrade'
import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { getGlobalDispatcher } from 'undici'
import { describe, expect, test } from 'vitest'
import { rejection } from './support/client.ts'
import { json, startScripted, token } from './support/scripted.ts'

const context = () => ({ dispatcher: getGlobalDispatcher(), signal: new AbortController().signal })
const grantOf = (value: string) => new Grant({ id: 'x', token: value, generation: 1, issuedAt: 0, worked: true })
const session = (authToken: unknown) => ({ data: { authenticated: true, eulaNeeded: true, authToken } })
const page = '<!doctype html><title>Back soon</title>'
const cookies = ['AWSALB=one; Path=/', 'PHPSESSID=cookietoken; Path=/', 'AWSALBCORS=two; Path=/']

describe('who it is', () => {
  test.each([
    ['integration', 'api.servicetrade.com/integration'],
    ['integration@acme.com', 'api.servicetrade.com/integration@acme.com'],
    ['a/b c?d', 'api.servicetrade.com/a%2Fb%20c%3Fd'],
    ['ü\r\n', 'api.servicetrade.com/%C3%BC%0D%0A'],
    ['\ud800', 'api.servicetrade.com/%EF%BF%BD'],
  ])('the subject of %j is %s', (username, subject) => {
    expect(new SessionAuthenticator({ username, password: 'x' }).subject).toBe(subject)
  })

  test('the fingerprint tells passwords, users and servers apart', () => {
    const one = { username: 'a', password: 'b' }
    const prints = [
      one,
      { ...one, password: 'c' },
      { ...one, username: 'c' },
      { ...one, baseUrl: 'https://st.example' },
    ].map((options) => new SessionAuthenticator(options).fingerprint)
    expect(new Set(prints).size).toBe(4)
    expect(new SessionAuthenticator(one).fingerprint).toBe(prints[0])
  })
})

describe('a login', () => {
  test('posts JSON and returns the token of the body', async () => {
    await using api = await startScripted((_request, response) => json(response, 200, session(token)))
    const authenticator = new SessionAuthenticator({ ...defaultUser, baseUrl: api.url, userAgent: 'acme-sync/2' })
    expect(await authenticator.login(context())).toEqual({ token })
    expect(api.received).toMatchObject([
      {
        method: 'POST',
        url: '/api/auth',
        headers: { 'content-type': 'application/json', 'user-agent': 'acme-sync/2' },
      },
    ])
    expect(JSON.parse(api.received[0]!.body)).toEqual(defaultUser)
    expect(api.received[0]!.headers).not.toHaveProperty('cookie')
  })

  test.each([
    ['the body, though cookies say otherwise', session(token), cookies, token],
    ['the body, without white space around it', session(` ${token}\n`), [], token],
    ['PHPSESSID, if the body has none', session(null), cookies, 'cookietoken'],
    ['the last PHPSESSID of several', session(''), [...cookies, 'PHPSESSID=later; Path=/'], 'later'],
    ['a PHPSESSID that is not being deleted', session(''), [...cookies, 'PHPSESSID=deleted; Max-Age=0'], 'cookietoken'],
  ])('takes the token from %s', async (_where, body, setCookie, expected) => {
    await using api = await startScripted((_request, response) =>
      json(response, 200, body, setCookie.length > 0 ? { 'set-cookie': setCookie } : {}),
    )
    expect(await new SessionAuthenticator({ ...defaultUser, baseUrl: api.url }).login(context())).toEqual({
      token: expected,
    })
  })

  const complaint = { messages: { error: ['Invalid credentials provided'] } }
  test.each([
    ['400', 400, { messages: { validation: { password: ['is required'] } } }, LoginRefusedError, /400: is required$/],
    ['403', 403, complaint, LoginRefusedError, /403: Invalid credentials provided$/],
    ['403 that is no JSON', 403, page, LoginRefusedError, /403$/],
    [
      '200 that is not authenticated',
      200,
      { data: { authenticated: false, authToken: 'x' } },
      LoginRefusedError,
      /200/,
    ],
    ['429', 429, complaint, LoginThrottledError, /429/],
    ['200 without a token', 200, { data: { authenticated: true } }, LoginFailedError, /without a token/],
    ['200 with a token of two lines', 200, session('a\r\nset-cookie: b'), LoginFailedError, /no cookie value/],
    ['200 with a token that ends the cookie', 200, session('a; b=c'), LoginFailedError, /no cookie value/],
    ['200 with an endless token', 200, session('a'.repeat(513)), LoginFailedError, /no cookie value/],
    ['200 with a token that is no string', 200, session({ a: 1 }), LoginFailedError, /without a token/],
    ['200 that is no JSON', 200, page, LoginFailedError, /not with a session in JSON/],
    ['200 that is cut off', 200, '{"data":{"authToken":"abc', LoginFailedError, /not with a session in JSON/],
    ['200 that never ends', 200, session('a'.repeat(300_000)), LoginFailedError, /not with a session in JSON/],
    ['200 without data', 200, {}, LoginFailedError, /not with a session in JSON/],
    ['200 with a list', 200, { data: [] }, LoginFailedError, /not with a session in JSON/],
    ['201', 201, session(token), LoginFailedError, /201$/],
    ['302', 302, page, LoginFailedError, /302$/],
    ['401', 401, '', LoginFailedError, /401$/],
    ['404', 404, page, LoginFailedError, /404$/],
    ['500', 500, complaint, LoginFailedError, /500$/],
    ['503', 503, page, LoginFailedError, /503$/],
  ])('answered %s is an error of its kind, whatever cookie comes along', async (_what, status, body, kind, message) => {
    await using api = await startScripted((_request, response) => {
      const headers = { 'set-cookie': status === 200 ? [] : cookies, location: 'https://elsewhere.example/' }
      if (typeof body === 'string') response.writeHead(status, headers).end(body)
      else json(response, status, body, headers)
    })
    const authenticator = new SessionAuthenticator({ ...defaultUser, baseUrl: api.url })
    const error = await rejection(authenticator.login(context()))
    expect(error).toBeInstanceOf(kind)
    expect(error.message).toMatch(message)
    expect(error.subject).toBe(authenticator.subject)
    expect(api.received).toHaveLength(1)
  })

  test.each([
    ['seconds', '7', 7_000],
    ['a date', new Date(Date.parse('2026-11-02T09:00:12Z')).toUTCString(), 12_000],
    ['a date that has passed', new Date(Date.parse('2026-11-02T08:00:00Z')).toUTCString(), 0],
    ['rubbish', 'soon', undefined],
    ['nothing', undefined, undefined],
  ])('that is throttled tells the wait from %s, by the clock of the server', async (_how, header, expected) => {
    await using api = await startScripted((_request, response) => {
      const date = new Date('2026-11-02T09:00:00Z').toUTCString()
      json(response, 429, {}, { date, ...(header !== undefined && { 'retry-after': header }) })
    })
    const error = await rejection(new SessionAuthenticator({ ...defaultUser, baseUrl: api.url }).login(context()))
    expect(error.retryAfter).toBe(expected)
  })

  test('heeds its signal', async () => {
    const controller = new AbortController()
    await using api = await startScripted(() => controller.abort(new Error('time is up')))
    const authenticator = new SessionAuthenticator({ ...defaultUser, baseUrl: api.url })
    await expect(authenticator.login({ ...context(), signal: controller.signal })).rejects.toThrow('time is up')
  })

  test('works while a proxy strips cookies, and with wrong cookies about', async () => {
    await using api = await startEmulator()
    api.faults.dropCookies = true
    const authenticator = new SessionAuthenticator({ ...defaultUser, baseUrl: api.url })
    const { token: live } = await authenticator.login(context())
    expect(await authenticator.probe(grantOf(live), context())).toBe(true)
  })
})

describe('a reset', () => {
  const authenticator = new SessionAuthenticator(defaultUser)
  const statuses = [200, 204, 302, 400, 401, 403, 404, 405, 409, 429, 500, 502, 503, 504]
  const dead = { resource: [401], auth: [401, 404], never: [] }
  test.each([
    ['GET', '/api/job/1', dead.resource],
    ['GET', '/api/job?status=all', dead.resource],
    ['POST', '/api/job', dead.resource],
    ['PUT', '/api/job/1', dead.resource],
    ['DELETE', '/api/appointment/1', dead.resource],
    ['GET', '/api/authority', dead.resource],
    ['GET', '/api/auth', dead.auth],
    ['GET', '/api/auth/', dead.auth],
    ['GET', '/api/auth?x=1', dead.auth],
    ['DELETE', '/api/auth', dead.auth],
    ['POST', '/api/auth', dead.never],
    ['PUT', '/api/auth', dead.never],
    ['POST', '/api/oauth2/token', dead.never],
  ])('on %s %s is %j and nothing else', (method, path, resets) => {
    const found = statuses.filter((statusCode) => authenticator.isReset({ statusCode, headers: {} }, { method, path }))
    expect(found).toEqual(resets)
  })
})

describe('a logout', () => {
  test.each([
    [204, true],
    [404, true],
    [401, true],
    [200, false],
    [302, false],
    [403, false],
    [500, false],
  ])('answered %i succeeds: %s', async (status, succeeds) => {
    await using api = await startScripted((_request, response) => void response.writeHead(status).end())
    const authenticator = new SessionAuthenticator({ ...defaultUser, baseUrl: api.url })
    const outcome = await authenticator.logout(grantOf(token), context()).then(
      () => true,
      () => false,
    )
    expect(outcome).toBe(succeeds)
    expect(api.received).toMatchObject([
      { method: 'DELETE', url: '/api/auth', headers: { cookie: `PHPSESSID=${token}` } },
    ])
  })
})

describe('a probe', () => {
  test.each([
    [200, { data: { authenticated: true } }, true],
    [200, { data: { authenticated: false } }, false],
    [200, page, 'unknown'],
    [302, page, 'unknown'],
    [401, '', false],
    [403, '', 'unknown'],
    [404, { data: { authenticated: false } }, false],
    [429, '', 'unknown'],
    [500, page, 'unknown'],
  ])('answered %i %j tells %s', async (status, body, expected) => {
    await using api = await startScripted((_request, response) => {
      if (typeof body === 'string') response.writeHead(status).end(body)
      else json(response, status, body)
    })
    const authenticator = new SessionAuthenticator({ ...defaultUser, baseUrl: api.url })
    const outcome = await authenticator.probe(grantOf(token), context()).catch(() => 'unknown')
    expect(outcome).toBe(expected)
    expect(api.received).toMatchObject([{ method: 'GET', url: '/api/auth', headers: { cookie: `PHPSESSID=${token}` } }])
  })
})
