import { inspect } from 'node:util'
import ServicetradeClient, { type ServicetradeClientOptions } from '@latchkey/servicetrade/sdk'
import { defaultClient } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { rejection } from '../support/client.ts'
import { exposures } from '../support/exposures.ts'
import { json, type Received, startScripted } from '../support/scripted.ts'
import { startSdk } from './support.ts'

const tokenPath = '/api/oauth2/token'

/** Gives everybody a new token, and tells all other requests back to who asked. */
function startEcho(answer?: (request: Received) => number) {
  let tokens = 0
  return startScripted((request, response) => {
    if (request.url.endsWith('/oauth2/token')) return json(response, 200, { access_token: `token-${(tokens += 1)}` })
    const { url, headers } = request
    json(response, answer?.(request) ?? 200, { data: { url, headers } })
  })
}

test('an answer that is not the wanted one rejects as with axios', async () => {
  await using client = await startSdk()
  const { st, api } = client
  expect(await rejection(st.post('/job', { locationId: 1 }))).toMatchObject({
    name: 'AxiosError',
    isAxiosError: true,
    message: 'Request failed with status code 400',
    code: 'ERR_BAD_REQUEST',
    response: {
      status: 400,
      data: { messages: { validation: { type: expect.any(Array) } } },
      headers: { 'content-type': expect.stringContaining('application/json') },
    },
  })
  expect(await rejection(st.get('/job/99999'))).toMatchObject({ response: { status: 404 } })
  api.faults.serverErrors = 1
  expect(await rejection(st.get('/job/1'))).toMatchObject({ code: 'ERR_BAD_RESPONSE', response: { status: 500 } })
})

test('a login that is refused rejects with what the token endpoint said, and is not tried at each call', async () => {
  await using client = await startSdk({ clientSecret: 'wrong' })
  const { st, api, events } = client
  const refused = {
    name: 'AxiosError',
    message: 'Request failed with status code 401',
    response: { status: 401, data: { error: 'invalid_client', error_description: expect.any(String) } },
    config: { method: 'POST', url: '/oauth2/token' },
  }
  expect(await rejection(st.get('/job/1'))).toMatchObject(refused)
  expect(await rejection(st.login())).toMatchObject(refused)
  expect(await rejection(st.get('/job/1'))).toMatchObject(refused)
  expect(api.counters).toMatchObject({ loginAttempts: 1, requests: 0 })
  expect(events).toEqual([])
})

test('an answer without data is null, and the parameters join the path’s own', async () => {
  await using server = await startEcho()
  const st = new ServicetradeClient({ ...defaultClient, baseUrl: server.url })
  const { url } = await st.get('job?a=1', { b: [1, 2], c: false, d: undefined, e: null })
  expect(url).toBe('/api/job?a=1&b=1%2C2&c=0')
  await using empty = await startScripted((_request, response) => void response.end())
  expect(await new ServicetradeClient({ token: 't', baseUrl: empty.url }).delete('/job/1')).toBeNull()
  expect(await rejection(st.get('/job', { a: {} }))).toMatchObject({ code: 'CONFIGURATION', option: 'params.a' })
  expect(await rejection(st.get('/job', new Map()))).toMatchObject({ code: 'CONFIGURATION', option: 'params' })
})

test.each([
  ['/api', '/job/1', '/api/job/1', '/api/oauth2/token'],
  ['/v2/api', '/job/1', '/v2/api/job/1', '/v2/api/oauth2/token'],
  ['/v2', '/api/job/1', '/v2/api/job/1', '/v2/oauth2/token'],
  ['', '/job/1', '/job/1', '/oauth2/token'],
  ['', 'api/job/1?x=1', '/api/job/1?x=1', '/oauth2/token'],
])('with the prefix %j %s is asked for at %s', async (apiPrefix, path, url, tokenUrl) => {
  await using server = await startEcho()
  const st = new ServicetradeClient({ ...defaultClient, baseUrl: `${server.url}/`, apiPrefix })
  expect(await st.get(path)).toMatchObject({ url })
  expect(server.received.map((one) => one.url)).toEqual([tokenUrl, url])
})

test('a path that could lead out of the API is refused before anything is sent', async () => {
  await using client = await startSdk()
  await using bare = await startSdk({ apiPrefix: '' })
  for (const path of ['//example.com', 'https://example.com/x', '/../oauth', '/job\\x', 42]) {
    expect(await rejection(client.st.get(path as string))).toMatchObject({ code: 'CONFIGURATION', option: 'path' })
    expect(await rejection(bare.st.get(path as string))).toMatchObject({ code: 'CONFIGURATION', option: 'path' })
  }
  expect(await rejection(bare.st.get('/api/../x'))).toMatchObject({ code: 'CONFIGURATION', option: 'path' })
  expect(client.api.counters).toMatchObject({ requests: 0, loginAttempts: 0 })
})

test('custom headers go with later requests and replays, can be replaced, and do not replace the token', async () => {
  let rejected = 1
  await using server = await startEcho(() => ((rejected -= 1) === 0 ? 401 : 200))
  const st = new ServicetradeClient({ ...defaultClient, baseUrl: server.url, userAgent: 'Acme/1.0' })
  st.setCustomHeader('X-Source', 'one')
  st.setCustomHeader('Authorization', 'Bearer mine')
  expect((await st.get('/job/1'))['headers']).toMatchObject({ 'x-source': 'one', authorization: 'Bearer token-2' })
  st.setCustomHeader('x-source', 'two')
  expect((await st.get('/job/1'))['headers']).toMatchObject({ 'x-source': 'two', 'user-agent': 'Acme/1.0' })
  const sources = server.received.filter(({ url }) => url !== tokenPath).map(({ headers }) => headers['x-source'])
  expect(sources).toEqual(['one', 'one', 'two'])
})

test('bad values of known options are refused, and unknown options are not looked at', () => {
  const make = (options: object) => () => new ServicetradeClient(options)
  expect(make({ ...defaultClient, baseUrl: 'https://api.example.com/prefix' })).toThrow(/^baseUrl takes .* no path/)
  expect(make({ ...defaultClient, apiPrefix: 'api' })).toThrow(/^apiPrefix takes/)
  expect(make({ ...defaultClient, clientSecret: 4711 })).toThrow(
    'clientSecret takes a string that is not empty, but got a number',
  )
  expect(make({ ...defaultClient, onSetAuth: 'yes' })).toThrow(/^onSetAuth takes a function/)
  expect(make({ ...defaultClient, autoRefreshAuth: 'no' })).toThrow(/^autoRefreshAuth takes true or false/)
  expect(make({ ...defaultClient, store: {} })).toThrow(/^store takes a token store/)
  expect(make({ ...defaultClient, verbose: true, timeout: 5 })).not.toThrow()
  expect(make({ ...defaultClient, refreshToken: null, token: '', onSetAuth: undefined, apiPrefix: null })).not.toThrow()
})

test.each<[string, object | undefined]>([
  ['nothing', undefined],
  ['a client alone', { clientId: 'acme' }],
  ['a secret alone', { clientSecret: 's' }],
  ['a refresh token alone', { refreshToken: 'r' }],
  ['what is empty', { clientId: 'acme', clientSecret: '', token: null }],
])('%s is nothing to authenticate with', (_what, options) => {
  expect(() => new ServicetradeClient(options as ServicetradeClientOptions)).toThrow(
    new Error('No valid credentials provided. Required: clientId/clientSecret or clientId/refreshToken'),
  )
})

test('no error and no client shows a secret or a token', async () => {
  const secrets = { clientId: 'acme', clientSecret: 'canary-secret', refreshToken: 'canary-refresh' }
  const shown: unknown[] = []
  let answers = [200, 500, 401, 503]
  await using server = await startScripted(({ url, body }, response) => {
    if (!url.endsWith('/token')) return json(response, answers.shift() ?? 500, { data: { url } })
    if (body.includes('next')) return json(response, 401, { error: 'invalid_grant', error_description: `Not ${body}` })
    if (body.includes('canary-secret')) return json(response, 401, { error: `Not ${body}` })
    json(response, 200, { access_token: 'canary-token', refresh_token: 'canary-next' })
  })
  const st = new ServicetradeClient({ ...secrets, baseUrl: server.url })
  const { clientSecret: _, ...bound } = secrets
  const manual = new ServicetradeClient({
    ...bound,
    token: 'canary-given',
    autoRefreshAuth: false,
    baseUrl: server.url,
  })
  shown.push(await st.get('/job/1'), await rejection(st.get('/job/1')))
  shown.push(await rejection(st.get('/job/1')), await rejection(st.login()), await rejection(st.get('//canary')))
  answers = [401]
  shown.push(await rejection(manual.get('/job/1')), await manual.login(), await rejection(manual.login()), st, manual)
  expect(server.received.filter(({ url }) => url === tokenPath)).toHaveLength(5)
  for (const value of shown) for (const text of exposures(value)) expect(text).not.toMatch(/canary/)
  expect(inspect(shown, { depth: 12 })).toContain('[secret]')
})

test('a server that quotes the token in a body or a header does not put it into errors', async () => {
  await using api = await startScripted((request, response) => {
    if (request.url === tokenPath) return json(response, 200, { access_token: 'canary-token' })
    const quoted = String(request.headers.authorization)
    json(response, 500, { error: `for ${quoted}` }, { 'x-debug': quoted })
  })
  const st = new ServicetradeClient({ ...defaultClient, baseUrl: api.url })
  const error = await rejection(st.get('/job/1'))
  expect(error).toMatchObject({ response: { status: 500, data: { error: 'for Bearer [secret]' } } })
  expect(exposures(error).join()).not.toContain('canary')
  await st.close()
})
