import { startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { call, createClock, login } from './support.ts'

const hookUrl = 'https://hooks.example/one'
const jobs = [{ entityType: 3, actions: ['created', 'updated'] }]

async function open() {
  const clock = createClock()
  const api = await startEmulator({ clock: clock.read })
  const token = await login(api)
  const send = (method: string, path: string, json?: unknown) => call(api, path, { method, token, json })
  return { api, clock, send, [Symbol.asyncDispose]: () => api.close() }
}

test('a webhook is told everything unless it says otherwise', async () => {
  await using api = await open()
  const answer = await api.send('POST', '/webhook', { hookUrl })
  const now = api.clock.read() / 1000
  expect(answer.status).toBe(200)
  expect(answer.json.data).toEqual({
    uri: `${api.api.url}/api/webhook/1`,
    id: 1,
    created: now,
    updated: now,
    hookUrl,
    enabled: true,
    confirmed: false,
    includeChangesets: false,
    entityEvents: null,
  })
})

test('a webhook is confirmed a moment later, though nobody listens', async () => {
  await using api = await open()
  const { data } = (await api.send('POST', '/webhook', { hookUrl })).json
  expect((await api.send('GET', '/webhook/1')).json.data).toEqual({ ...data, confirmed: true })
})

test('webhooks are listed, changed and deleted', async () => {
  await using api = await open()
  await api.send('POST', '/webhook', { hookUrl, enabled: false, includeChangesets: true, entityEvents: [] })
  await api.send('POST', '/webhook', { hookUrl, entityEvents: jobs })
  const { data } = (await api.send('GET', '/webhook')).json
  expect(data).toMatchObject({ totalPages: 1, page: 1, webhooks: [{ id: 1, entityEvents: [] }, { id: 2 }] })
  const put = await api.send('PUT', '/webhook/1', { enabled: true, includeChangesets: false, entityEvents: jobs })
  expect(put.json.data).toMatchObject({ enabled: true, includeChangesets: false, entityEvents: jobs })
  expect((await api.send('PUT', '/webhook/1', { entityEvents: null })).json.data).toMatchObject({
    enabled: true,
    entityEvents: null,
  })
  expect((await api.send('DELETE', '/webhook/1')).status).toBe(204)
  expect((await api.send('GET', '/webhook/1')).status).toBe(404)
  expect((await api.send('GET', '/webhook')).json.data.webhooks).toHaveLength(1)
})

test('the URL of a webhook stays as it is', async () => {
  await using api = await open()
  await api.send('POST', '/webhook', { hookUrl })
  const put = await api.send('PUT', '/webhook/1', { hookUrl: 'https://hooks.example/two', enabled: false })
  expect([put.status, put.json.data.hookUrl, put.json.data.enabled]).toEqual([200, hookUrl, false])
})

test.each([
  ['no URL', {}, ['hookUrl']],
  ['what is no URL', { hookUrl: 'hooks.example' }, ['hookUrl']],
  ['another protocol', { hookUrl: 'ftp://hooks.example' }, ['hookUrl']],
  ['flags that are none', { hookUrl, enabled: 1, includeChangesets: 'yes' }, ['enabled', 'includeChangesets']],
  ['events that are no array', { hookUrl, entityEvents: 'job' }, ['entityEvents']],
  ['a type by its name', { hookUrl, entityEvents: [{ entityType: 'job', actions: [] }] }, ['entityEvents']],
  ['a type that is told of to nobody', { hookUrl, entityEvents: [{ entityType: 21, actions: [] }] }, ['entityEvents']],
  ['no actions', { hookUrl, entityEvents: [{ entityType: 3 }] }, ['entityEvents']],
  ['an unknown action', { hookUrl, entityEvents: [{ entityType: 3, actions: ['read'] }] }, ['entityEvents']],
])('a webhook with %s is answered 400', async (_what, json, wrong) => {
  await using api = await open()
  const answer = await api.send('POST', '/webhook', json)
  expect(answer.status).toBe(400)
  expect(Object.keys(answer.json.messages.validation)).toEqual(wrong)
  expect(answer.json).toHaveProperty('meta.stats')
  expect((await api.send('GET', '/webhook')).json.data.webhooks).toEqual([])
})

test('a webhook needs a session', async () => {
  await using api = await startEmulator()
  expect((await call(api, '/webhook', { method: 'POST', json: { hookUrl } })).status).toBe(401)
})
