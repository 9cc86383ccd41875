import { inspect } from 'node:util'
import servicetrade from '@latchkey/servicetrade/legacy'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { json, startScripted } from '../support/scripted.ts'
import { rejection } from '../support/client.ts'
import { startLegacy } from './support.ts'

test('an answer that is not the wanted one rejects as with axios', async () => {
  await using client = await startLegacy()
  const { st, api } = client
  expect(await rejection(st.post('/job', { locationId: 1 }))).toMatchObject({
    name: 'AxiosError',
    isAxiosError: true,
    message: 'Request failed with status code 400',
    code: 'ERR_BAD_REQUEST',
    status: 400,
    response: {
      status: 400,
      statusText: 'Bad Request',
      data: { messages: { validation: { type: expect.any(Array) } } },
      headers: { 'content-type': expect.stringContaining('application/json') },
    },
    config: { method: 'POST', url: '/job' },
  })
  expect(await rejection(st.delete('/job/1'))).toMatchObject({ response: { status: 405 } })
  api.faults.serverErrors = 1
  expect(await rejection(st.get('/job/1'))).toMatchObject({ code: 'ERR_BAD_RESPONSE', response: { status: 500 } })
})

test('an answer without data resolves to null, whatever it is', async () => {
  const bodies = ['', '{}', '{"data":null}', '{"data":0}', '{"data":""}', '<html></html>', '[1]', '"text"']
  await using server = await startScripted(({ url }, response) => void response.end(bodies[Number(url.slice(5))]))
  const st = servicetrade({ baseUrl: server.url })
  for (const index of bodies.keys()) expect(await st.get(`/${index}`)).toBeNull()
})

test('an error that is not in JSON comes as text', async () => {
  await using server = await startScripted((_request, response) => {
    response.statusCode = 502
    response.end('<html>Bad Gateway</html>')
  })
  const st = servicetrade({ baseUrl: server.url })
  expect(await rejection(st.get('/job/1'))).toMatchObject({
    message: 'Request failed with status code 502',
    response: { data: '<html>Bad Gateway</html>' },
  })
})

test('a network that fails rejects with its code, and without a response', async () => {
  await using client = await startLegacy()
  const { st, api } = client
  await st.login()
  api.faults.dropConnections = 1
  const dropped = await rejection(st.post('/comment', {}))
  expect(dropped).toMatchObject({ name: 'AxiosError', code: 'ECONNRESET' })
  expect(dropped.response).toBeUndefined()
  await api.close()
  const refused = await rejection(st.get('/job/1'))
  expect(refused).toMatchObject({ name: 'AxiosError', code: 'ECONNREFUSED', isAxiosError: true })
  expect(refused.response).toBeUndefined()
})

test('no error shows a password or a session', async () => {
  const password = 'canary-password-4711'
  const token = 'canarytoken0815'
  const shown: unknown[] = []
  await using server = await startScripted(({ method, url, body }, response) => {
    response.setHeader('set-cookie', `PHPSESSID=${token}`)
    if (url !== '/api/auth') return json(response, 500, { messages: { error: ['no'] } })
    if (method !== 'POST') return json(response, 503, {})
    if (body.includes('"wrong')) return json(response, 403, { messages: { error: [`Not ${body}`] } })
    return json(response, 200, { data: { authToken: token, authenticated: true } })
  })
  const st = servicetrade({ username: 'integration', password, baseUrl: server.url })
  st.setCustomHeader('x-key', `${token}-key`)
  shown.push(st, await rejection(st.get('/job/1')), await rejection(st.login('integration', `wrong ${password}`)))
  shown.push(await rejection(st.get(`//${token}`)), await rejection(st.logout()))
  st.setCookie(`PHPSESSID=${token}`)
  shown.push(await rejection(st.get('/job/1')))
  for (const value of shown) {
    expect(inspect(value, { depth: 12, showHidden: true })).not.toMatch(/canary/)
    expect(
      JSON.stringify(value, (_key, one) => (one instanceof Error ? { ...one, message: one.message } : one)),
    ).not.toMatch(/canary/)
  }
})

test('a path that could lead out of the API is refused before anything is sent', async () => {
  await using client = await startLegacy()
  for (const path of ['//example.com', 'https://example.com/x', '/../oauth', '/%2e%2e/x', '/job\\x', '/api/job', 42]) {
    expect(await rejection(client.st.get(path as string))).toMatchObject({ code: 'CONFIGURATION', option: 'path' })
  }
  expect(client.api.counters).toMatchObject({ requests: 0, loginAttempts: 0 })
})

test('bad values of known options are refused, and unknown options are not looked at', () => {
  const make = (options: object) => () => servicetrade(options)
  expect(make({ baseUrl: 'https://api.example.com/prefix' })).toThrow(/^baseUrl takes .* no path/)
  expect(make({ username: 42, password: 'x' })).toThrow(/^username takes/)
  expect(make({ password: 4711 })).toThrow('password takes a string that is not empty, but got a number')
  expect(make({ onSetCookie: 'yes' })).toThrow(/^onSetCookie takes a function/)
  expect(make({ store: {} })).toThrow(/^store takes a token store/)
  expect(make({ ...defaultUser, verbose: true, timeout: 5 })).not.toThrow()
  expect(make({ username: null, cookie: '', userAgent: undefined, onSetCookie: null })).not.toThrow()
  expect(() => servicetrade()).not.toThrow()
})
