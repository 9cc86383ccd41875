import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import servicetrade from '@latchkey/servicetrade/legacy'
import { defaultClient, defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { json, startScripted } from '../support/scripted.ts'
import { rejection } from '../support/client.ts'
import { requestToken } from '../support/oauth2.ts'
import { openSession, startLegacy } from './support.ts'

const paperwork = { purposeId: 7, entityType: 3, entityId: 1 }

test('a cookie is used at once, and nobody logs in', async () => {
  await using client = await startLegacy()
  client.st.setCookie(`PHPSESSID=${await openSession(client.api.url)}`)
  await Promise.all([client.st.get('/job/1'), client.st.put('/job/2', { description: 'x' })])
  expect(await client.st.attach(paperwork, { value: Buffer.from('x') })).toMatchObject({ fileName: 'file' })
  expect(client.api.counters).toMatchObject({ logins: 1, rejected: 0 })
  expect(client.events).toEqual([])
})

test('a cookie is sent as it was given, with all that is in it', async () => {
  await using server = await startScripted((_request, response) => json(response, 200, { data: { id: 1 } }))
  const cookie = 'PHPSESSID=abc; AWSALB=xyz'
  const st = servicetrade({ ...defaultUser, baseUrl: server.url, cookie })
  await st.get('/job/1')
  st.setCookie('testCookie')
  await st.get('/job/1')
  expect(server.received.map(({ headers }) => headers.cookie)).toEqual([cookie, 'testCookie'])
})

test('twenty calls with a cookie that died cost one login, and none fails', async () => {
  await using client = await startLegacy({ cookie: 'PHPSESSID=long0gone' })
  const { st, api, events } = client
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => st.get(`/job/${index + 1}`)))
  expect(results.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  expect(api.counters).toMatchObject({ logins: 1, rejected: 20 })
  expect(events).toEqual(['reset', 'set'])
  await st.get('/job/1')
  expect(api.counters.rejected).toBe(20)
})

test('a stream that is sent with a cookie that died is not lost', async () => {
  await using client = await startLegacy({ cookie: 'PHPSESSID=long0gone' })
  const bytes = Buffer.alloc(200_000, 'x')
  const value = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)])
  const attachment = await client.st.attach(paperwork, { value, options: { filename: 'x.txt' } })
  expect(attachment.checksum).toBe(createHash('md5').update(bytes).digest('hex'))
  expect(client.events).toEqual(['reset', 'set'])
})

test('without credentials the 401 of a dead cookie is the caller’s', async () => {
  await using client = await startLegacy({ username: null, password: null, cookie: 'PHPSESSID=long0gone' })
  expect(await rejection(client.st.get('/job/1'))).toMatchObject({ status: 401, code: 'ERR_BAD_REQUEST' })
  expect(client.api.counters.loginAttempts).toBe(0)
})

test('a cookie that is taken away leaves the session', async () => {
  await using client = await startLegacy({ cookie: 'PHPSESSID=long0gone' })
  client.st.setCookie('')
  expect(await client.st.get('/job/1')).toMatchObject({ id: 1 })
  expect(client.api.counters).toMatchObject({ logins: 1, rejected: 0 })
})

test('logout() with a cookie in use ends what the cookie opens, and nothing else', async () => {
  await using client = await startLegacy()
  const { st, api } = client
  await st.login()
  st.setCookie(`PHPSESSID=${await openSession(api.url)}`)
  expect(await st.logout()).toBeNull()
  expect(api.counters).toMatchObject({ logins: 2, logouts: 1, liveSessions: 1 })
  await st.get('/job/1')
  expect(api.counters).toMatchObject({ logins: 2, rejected: 0 })
})

test('a bearer token is used until it is answered 401, and then the credentials are', async () => {
  await using client = await startLegacy({}, { users: [{ ...defaultUser }], clients: [{ ...defaultClient }] })
  const { st, api } = client
  st.setBearerToken((await requestToken(api)).access_token)
  await st.get('/job/1')
  expect(api.counters).toMatchObject({ logins: 1, liveSessions: 0 })
  api.resetSessions()
  await st.get('/job/1')
  await st.get('/job/1')
  expect(api.counters).toMatchObject({ logins: 2, liveSessions: 1, rejected: 1 })
  expect(client.events).toEqual(['reset', 'set'])
})

test('a stream that is sent with a bearer token is sent once, whether or not the token lives', async () => {
  await using client = await startLegacy({}, { users: [{ ...defaultUser }], clients: [{ ...defaultClient }] })
  const { st, api } = client
  const upload = (name: string) =>
    st.attach(paperwork, { value: Readable.from([Buffer.from(name)]), options: { filename: name } })
  st.setBearerToken((await requestToken(api)).access_token)
  expect(await upload('alive')).toMatchObject({ fileName: 'alive' })
  expect(api.counters).toMatchObject({ liveSessions: 0, rejected: 0 })
  api.resetSessions()
  expect(await upload('dead')).toMatchObject({ fileName: 'dead' })
  expect(api.counters.liveSessions).toBe(1)
})

test('custom headers and the user agent go with everything, logins included', async () => {
  await using server = await startScripted(({ method }, response) =>
    json(response, 200, { data: method === 'POST' ? { authenticated: true, authToken: 'abc' } : null }),
  )
  const st = servicetrade({ ...defaultUser, baseUrl: `${server.url}/`, userAgent: 'acme-sync/1.2' })
  st.setCustomHeader('X-Request-Source', 'acme')
  expect(await st.get('job?name=Jürgen & Söhne #1')).toBeNull()
  st.setCustomHeader('X-Request-Source', null)
  await st.get('/job/1')
  expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /api/auth',
    'GET /api/job?name=J%C3%BCrgen%20&%20S%C3%B6hne%20%231',
    'GET /api/job/1',
  ])
  expect(server.received.map(({ headers }) => headers['x-request-source'])).toEqual(['acme', 'acme', undefined])
  expect(new Set(server.received.map(({ headers }) => headers['user-agent']))).toEqual(new Set(['acme-sync/1.2']))
})

test('what no header can carry is refused, and not shown', async () => {
  await using api = await startEmulator()
  const st = servicetrade({ baseUrl: api.url })
  for (const act of [
    () => st.setCookie('PHPSESSID=secret\r\nx: y'),
    () => st.setBearerToken('secret\n'),
    () => st.setCustomHeader('x-key', 'secret\n'),
    () => st.setCustomHeader('x key', 'secret'),
  ]) {
    expect(act).toThrow(/^(cookie|token|value|key) takes (?!.*secret)/s)
  }
})
