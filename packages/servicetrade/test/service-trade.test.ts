import { LoginRefusedError } from '@latchkey/core'
import { ServiceTrade, ServiceTradeError } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { describe, expect, test } from 'vitest'
import { rejection, startClient } from './support/client.ts'
import { json, startLoggedIn } from './support/scripted.ts'

describe('the verbs', () => {
  test('resolve to the data of the answer', async () => {
    await using client = await startClient()
    const { st, api } = client
    expect(await st.get('/job/1')).toMatchObject({ id: 1, status: 'scheduled' })
    const made = await st.post<{ id: number }>('/comment', { entityId: 1, entityType: 3, content: 'one' })
    expect(await st.put(`/comment/${made.id}`, { content: 'two' })).toMatchObject({ id: made.id, content: 'two' })
    expect(await st.delete(`/comment/${made.id}`)).toBeNull()
    expect(await rejection(st.get(`/comment/${made.id}`))).toMatchObject({ status: 404 })
    expect(api.counters).toMatchObject({ logins: 1, requests: 5 })
  })

  test('send parameters, bodies and the user agent', async () => {
    await using api = await startLoggedIn((_request, response) => json(response, 200, { data: 1 }))
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url, userAgent: 'acme-sync/2' })
    await st.get('/job?status=all', { status: 'new', techIds: [1, 2], isTech: true, skip: undefined })
    await st.post('/job', { a: [1], b: undefined })
    await st.post('/job/1/close')
    const [login, get, post, bare] = api.received
    expect(login).toMatchObject({ method: 'POST', headers: { 'user-agent': 'acme-sync/2' } })
    expect(get).toMatchObject({ method: 'GET', url: '/api/job?status=all&techIds=1%2C2&isTech=1' })
    expect(get!.headers).toMatchObject({ 'user-agent': 'acme-sync/2', accept: 'application/json' })
    expect(post).toMatchObject({ method: 'POST', body: '{"a":[1]}', headers: { 'content-type': 'application/json' } })
    expect(bare).toMatchObject({ method: 'POST', url: '/api/job/1/close', body: '' })
    expect(bare!.headers).not.toHaveProperty('content-type')
  })

  test.each([
    ['no data', 200, '{"messages":{"success":["done"]}}', null],
    ['no body', 200, '', null],
    ['204', 204, '', null],
    ['a list', 200, '{"data":[1]}', [1]],
    ['a falsy value', 200, '{"data":0}', 0],
  ])('resolve an answer with %s', async (_what, status, body, expected) => {
    await using api = await startLoggedIn((_request, response) => void response.writeHead(status).end(body))
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
    expect(await st.get('/job/1')).toEqual(expected)
  })

  test('share one session with everybody who uses the store, and one user agent never matters', async () => {
    const store = new MemoryTokenStore()
    await using client = await startClient({}, { store })
    await using other = new ServiceTrade({ ...defaultUser, baseUrl: client.api.url, store, userAgent: 'other' })
    await Promise.all([client.st.get('/job/1'), other.get('/job/2')])
    expect(client.api.counters).toMatchObject({ logins: 1, liveSessions: 1 })
  })

  test('close ends nothing on the server, logout does', async () => {
    await using client = await startClient()
    await client.st.get('/job/1')
    await client.st.logout()
    expect(client.api.counters).toMatchObject({ logouts: 1, liveSessions: 0 })
    await client.st.get('/job/1')
    await client.st.close()
    expect(client.api.counters).toMatchObject({ logins: 2, logouts: 1, liveSessions: 1 })
    expect(await rejection(client.st.session.grant())).toMatchObject({ code: 'SESSION_CLOSED' })
  })

  test('go through the global dispatcher of the moment, or through their own', async () => {
    await using client = await startClient()
    const before = getGlobalDispatcher()
    const seen: string[] = []
    const watching = (name: string) =>
      new Agent().compose((dispatch) => (options, handler) => {
        seen.push(`${name} ${options.method} ${options.path}`)
        return dispatch(options, handler)
      })
    await using own = new ServiceTrade({ ...defaultUser, baseUrl: client.api.url, dispatcher: watching('own') })
    try {
      setGlobalDispatcher(watching('global'))
      await client.st.get('/job/1')
      setGlobalDispatcher(before)
      await client.st.get('/job/2')
      await own.get('/job/3')
    } finally {
      setGlobalDispatcher(before)
    }
    expect(seen).toEqual(['global POST /api/auth', 'global GET /api/job/1', 'own POST /api/auth', 'own GET /api/job/3'])
  })

  test('end with their signal', async () => {
    await using client = await startClient()
    await client.st.get('/job/1')
    const hold = client.api.hold('request')
    const controller = new AbortController()
    const call = rejection(client.st.get('/job/2', {}, { signal: controller.signal }))
    await hold.arrived()
    controller.abort(new Error('enough'))
    expect(await call).toMatchObject({ message: 'enough' })
    hold.release()
    expect(
      await rejection(client.st.get('/job/1', {}, { signal: AbortSignal.abort(new Error('before')) })),
    ).toMatchObject({ message: 'before' })
  })
})

describe('an unwanted answer', () => {
  test('is a ServiceTradeError with what the server said', async () => {
    await using client = await startClient()
    const error = await rejection(
      client.st.post('/job?secret=hunter2', { locationId: 1, type: 'repair', vendorId: 77 }),
    )
    expect(error).toBeInstanceOf(ServiceTradeError)
    expect(error).toMatchObject({
      name: 'ServiceTradeError',
      status: 400,
      method: 'POST',
      path: '/job',
      retryAfter: undefined,
      validation: { vendorId: [expect.any(String)] },
    })
    expect(error.message).toMatch(/^POST \/job was answered 400: vendorId: /)
  })

  const page = '<!doctype html>'
  test.each([
    ['a proxy page with 200', 200, page, 'GET /job/1 was answered 200: with something that is no JSON envelope', []],
    [
      'a cut-off envelope',
      200,
      '{"data":{"i',
      'GET /job/1 was answered 200: with something that is no JSON envelope',
      [],
    ],
    [
      'JSON that is no envelope',
      200,
      '[1]',
      'GET /job/1 was answered 200: with something that is no JSON envelope',
      [],
    ],
    ['a proxy page with 502', 502, page, 'GET /job/1 was answered 502: with something that is no JSON envelope', []],
    ['a redirect', 302, '', 'GET /job/1 was answered 302', []],
    ['nothing', 404, '', 'GET /job/1 was answered 404', []],
    ['several messages', 409, '{"messages":{"error":["a","b"]}}', 'GET /job/1 was answered 409: a; b', ['a', 'b']],
    ['one bare message', 409, '{"messages":{"error":"a"}}', 'GET /job/1 was answered 409: a', ['a']],
    ['messages of no known shape', 409, '{"messages":[{}]}', 'GET /job/1 was answered 409', []],
    ['an endless page', 500, 'x'.repeat(300_000), 'GET /job/1 was answered 500', []],
    ['403, which is no reset', 403, '{"messages":{"error":["no"]}}', 'GET /job/1 was answered 403: no', ['no']],
  ])('of %s tells what came', async (_what, status, body, message, messages) => {
    await using api = await startLoggedIn((_request, response) => {
      response.writeHead(status, { location: 'https://elsewhere.example/' }).end(body)
    })
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
    const error = await rejection(st.get('/job/1'))
    expect(error).toBeInstanceOf(ServiceTradeError)
    expect(error).toMatchObject({ message, messages, status, validation: {} })
    expect(api.received).toHaveLength(2)
  })

  test('of 401 to every fresh session reaches the caller after the replays', async () => {
    await using api = await startLoggedIn((_request, response) => void response.writeHead(401).end())
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url, maxReplays: 1, maxWait: 10_000 })
    expect(await rejection(st.get('/job/1'))).toMatchObject({ name: 'ServiceTradeError', status: 401 })
  })

  test('is not what a lost connection or a refused login are', async () => {
    await using client = await startClient()
    await client.st.get('/job/1')
    client.api.faults.dropConnections = 1
    expect(await rejection(client.st.get('/job/1'))).toMatchObject({ name: 'SocketError', code: 'UND_ERR_SOCKET' })
    await using wrong = new ServiceTrade({ username: 'integration', password: 'wrong', baseUrl: client.api.url })
    const error = await rejection(wrong.get('/job/1'))
    expect(error).toBeInstanceOf(LoginRefusedError)
    expect(error.message).toBe('The login was answered 403: Invalid credentials provided')
  })
})
