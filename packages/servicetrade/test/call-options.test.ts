import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { collect, rejection, startClient } from './support/client.ts'
import { json, startLoggedIn } from './support/scripted.ts'

test('a call that takes too long ends with a TimeoutError, whatever it waits for', async () => {
  await using client = await startClient()
  const { st, api } = client
  const login = api.hold('login')
  expect(await rejection(st.get('/job/1', {}, { timeout: 20 }))).toMatchObject({ name: 'TimeoutError' })
  login.release()
  await st.get('/job/1')
  const request = api.hold('request')
  const calls = [
    st.get('/job/1', {}, { timeout: 20 }),
    st.post('/job', {}, { timeout: 20 }),
    st.put('/job/1', {}, { timeout: 20 }),
    st.delete('/job/1', { timeout: 20 }),
    collect(st.list('/job', {}, { timeout: 20 })),
    st.attach(
      { purposeId: 7, entityType: 3, entityId: 1 },
      { value: new Uint8Array(9), filename: 'a' },
      { timeout: 20 },
    ),
  ]
  for (const call of calls) expect(await rejection(call)).toMatchObject({ name: 'TimeoutError' })
  request.release()
})

test('a wait for a Retry-After counts towards the timeout', async () => {
  await using api = await startLoggedIn((_request, response) => json(response, 429, {}, { 'retry-after': '30' }))
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  expect(await rejection(st.get('/job/1', {}, { timeout: 50 }))).toMatchObject({ name: 'TimeoutError' })
})

test('a call that is done in time leaves no timer behind, and its signal works beside the timeout', async () => {
  await using client = await startClient()
  const { st, api } = client
  const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
  await st.get('/job/1')
  const before = timers()
  await st.get('/job/1', {}, { timeout: 3_600_000 })
  expect(timers()).toBeLessThanOrEqual(before)
  const hold = api.hold('request')
  const controller = new AbortController()
  const call = rejection(st.get('/job/1', {}, { timeout: 3_600_000, signal: controller.signal }))
  await hold.arrived(1)
  controller.abort(new Error('enough'))
  expect(await call).toMatchObject({ message: 'enough' })
  hold.release()
})

test("headers of the call come in the place of the client's, and the client's in the place of its own", async () => {
  await using api = await startLoggedIn((_request, response) => json(response, 200, { data: { id: 1 } }))
  const headers = { 'X-Client': 'acme', 'X-Trace': 'none', 'User-Agent': 'acme/1' }
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url, headers })
  await st.get('/job/1')
  await st.post('/job', { a: 1 }, { headers: { 'x-trace': '7', Cookie: 'theme=dark' } })
  const [, get, post] = api.received.map((one) => one.headers)
  expect(get).toMatchObject({ 'x-client': 'acme', 'x-trace': 'none', 'user-agent': 'acme/1' })
  expect(post).toMatchObject({ 'x-client': 'acme', 'x-trace': '7', 'content-type': 'application/json' })
  expect(post!.cookie).toContain('theme=dark')
  expect(post!.cookie).toContain('PHPSESSID=')
})

test('headers go with uploads, with all pages of a list and with what is sent again', async () => {
  let rejected = false
  await using api = await startLoggedIn(({ url, method }, response) => {
    if (method === 'POST' && url === '/api/attachment' && !rejected) {
      rejected = true
      response.writeHead(401).end()
    } else if (method === 'POST') json(response, 200, { data: { id: 1 } })
    else json(response, 200, { data: { jobs: [{ id: 1 }], page: 1, totalPages: 2 } })
  })
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  const options = { headers: { 'x-trace': '7' } }
  await collect(st.list('/job', {}, options))
  await st.attach({ purposeId: 7, entityType: 3, entityId: 1 }, { value: new Uint8Array(9), filename: 'a' }, options)
  const sent = api.received.filter(({ url }) => url !== '/api/auth')
  expect(sent.map(({ url }) => url.split('?')[0])).toEqual([
    '/api/job',
    '/api/job',
    '/api/attachment',
    '/api/attachment',
  ])
  for (const { headers } of sent) expect(headers['x-trace']).toBe('7')
})
