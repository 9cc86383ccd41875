import { inspect } from 'node:util'
import { ConfigurationError } from '@latchkey/core'
import { ensureWebhook, ServiceTrade, ServiceTradeError } from '@latchkey/servicetrade'
import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { collect, rejection, startClient } from '../support/client.ts'
import { json, startLoggedIn } from '../support/scripted.ts'

interface Hook {
  id: number
  hookUrl: string
  enabled: boolean
  includeChangesets: boolean
  entityEvents: unknown
}

const secret = 'canary-4711-canary-4711'
const hookUrl = `https://hooks.example.com/servicetrade/${secret}`
const hooksOf = (st: ServiceTrade) => collect(st.list<Hook>('/webhook'))

test('a webhook that is missing is created: enabled, for everything, with changesets', async () => {
  await using client = await startClient()
  const { id, outcome } = await ensureWebhook(client.st, { hookUrl })
  expect(outcome).toBe('created')
  const hooks = await hooksOf(client.st)
  expect(hooks).toMatchObject([{ id, hookUrl, enabled: true, includeChangesets: true, entityEvents: null }])
})

test('a webhook that is as it should be is left alone, for one request', async () => {
  await using client = await startClient()
  const entityEvents = [
    { entityType: 3, actions: ['updated', 'created'] },
    { entityType: 16, actions: ['deleted'] },
  ] as const
  const { id } = await ensureWebhook(client.st, { hookUrl, entityEvents })
  const before = client.api.counters.requests
  const again = [
    { entityType: 16, actions: ['deleted'] },
    { entityType: 3, actions: ['created', 'updated'] },
  ] as const
  expect(await ensureWebhook(client.st, { hookUrl, entityEvents: again })).toEqual({ id, outcome: 'unchanged' })
  expect(client.api.counters.requests - before).toBe(1)
})

test.each([
  ['is disabled', { enabled: false }],
  ['tells no changes', { includeChangesets: false }],
  ['is told of too little', { entityEvents: [] }],
  ['is told of something else', { entityEvents: [{ entityType: 3, actions: ['deleted'] }] }],
])('a webhook that %s is put right', async (_what, fields) => {
  await using client = await startClient()
  const wanted = { hookUrl, entityEvents: [{ entityType: 3, actions: ['updated'] }] } as const
  const { id } = await ensureWebhook(client.st, wanted)
  await client.st.put(`/webhook/${id}`, fields)
  expect(await ensureWebhook(client.st, wanted)).toEqual({ id, outcome: 'updated' })
  expect(await hooksOf(client.st)).toMatchObject([{ id, enabled: true, includeChangesets: true, ...wanted }])
})

test('webhooks of other URLs are left alone', async () => {
  await using client = await startClient()
  const other = await client.st.post<Hook>('/webhook', { hookUrl: `${hookUrl}/other`, enabled: false })
  const { id } = await ensureWebhook(client.st, { hookUrl })
  expect(await hooksOf(client.st)).toMatchObject([
    { id: other.id, enabled: false },
    { id, enabled: true },
  ])
})

test('of several webhooks with the URL, however it is written, the oldest is kept', async () => {
  await using client = await startClient()
  const spellings = [hookUrl, hookUrl.replace('https://hooks', 'HTTPS://HOOKS'), hookUrl.replace('.com', '.com:443')]
  const hooks: Hook[] = []
  for (const one of spellings) hooks.push(await client.st.post<Hook>('/webhook', { hookUrl: one, enabled: false }))
  const { id } = hooks[0]!
  expect(await ensureWebhook(client.st, { hookUrl: new URL(hookUrl) })).toEqual({ id, outcome: 'updated' })
  expect(await hooksOf(client.st)).toMatchObject([{ id, hookUrl, enabled: true }])
})

test('several processes that start at once end up with one webhook, all with the same', async () => {
  await using api = await startEmulator()
  const clients = Array.from({ length: 4 }, () => new ServiceTrade({ ...defaultUser, baseUrl: api.url }))
  for (const st of clients) await st.session.grant()
  // All have looked before any has created.
  const hold = api.hold('request', { limit: 4 })
  const going = clients.map((st) => ensureWebhook(st, { hookUrl }))
  await hold.arrived(4)
  hold.release()
  const ids = new Set((await Promise.all(going)).map(({ id }) => id))
  const hooks = await hooksOf(clients[0]!)
  expect(hooks).toMatchObject([{ hookUrl, enabled: true }])
  expect(ids).toEqual(new Set([hooks[0]!.id]))
  for (const st of clients) await st.close()
})

test('a surplus webhook that cannot be deleted is an error, unless it is gone already', async () => {
  let status = 404
  await using api = await startLoggedIn(({ method }, response) => {
    const webhooks = [1, 2].map((id) => ({ id, hookUrl, enabled: true, includeChangesets: true, entityEvents: null }))
    if (method === 'GET') json(response, 200, { data: { totalPages: 1, page: 1, webhooks } })
    else response.writeHead(status).end()
  })
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  expect(await ensureWebhook(st, { hookUrl })).toEqual({ id: 1, outcome: 'unchanged' })
  status = 403
  expect(await rejection(ensureWebhook(st, { hookUrl }))).toMatchObject({ status: 403, path: '/webhook/2' })
})

test('it can be called with a bound client, and its signal ends it', async () => {
  await using client = await startClient()
  const st = client.st.withSignal(new AbortController().signal)
  expect(await ensureWebhook(st, { hookUrl })).toMatchObject({ outcome: 'created' })
  const signal = AbortSignal.abort(new Error('enough'))
  expect(await rejection(ensureWebhook(st, { hookUrl }, { signal }))).toMatchObject({ message: 'enough' })
})

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'webhook options'],
  ['no URL', {}, 'hookUrl'],
  ['a URL that is none', { hookUrl: `${secret}/x` }, 'hookUrl'],
  ['a URL with a query', { hookUrl: `${hookUrl}?secret=${secret}` }, 'hookUrl'],
  ['a flag that is none', { hookUrl, includeChangesets: 1 }, 'includeChangesets'],
  ['events that are none', { hookUrl, entityEvents: 'all' }, 'entityEvents'],
  ['a type by its name', { hookUrl, entityEvents: [{ entityType: 'job', actions: ['created'] }] }, 'entityEvents'],
  ['an action that is none', { hookUrl, entityEvents: [{ entityType: 3, actions: ['read'] }] }, 'entityEvents'],
  ['an unknown option', { hookUrl, enabled: true }, 'webhook option enabled'],
])('%s is a ConfigurationError that does not show the URL, and nothing is sent', async (_what, given, option) => {
  await using client = await startClient()
  const error = await rejection(ensureWebhook(client.st, given as never))
  expect(error).toBeInstanceOf(ConfigurationError)
  expect(error).toMatchObject({ option })
  expect(inspect(error, { depth: 9 })).not.toContain('canary')
  expect(client.api.counters.loginAttempts).toBe(0)
})

describe.each([
  ['in full', hookUrl],
  ['in quotes', `"${hookUrl}"`],
  ['without its scheme', hookUrl.slice('https://'.length)],
  ['cut off', hookUrl.slice(0, -8)],
  ['cut off and without its scheme', `hooks.example.com/servicetrade/${secret.slice(0, -8)}...`],
  ['by its secret alone', secret],
  ['with its slashes escaped', hookUrl.replaceAll('/', '\\/')],
  ['encoded', encodeURIComponent(hookUrl)],
  ['encoded and cut off', encodeURIComponent(hookUrl).slice(0, -8)],
  ['encoded and without its scheme', encodeURIComponent(hookUrl.slice('https://'.length))],
])('an error of a server that quotes the URL %s', (_what, quote) => {
  test.each<[string, object]>([
    ['its messages', { error: [`Bad value ${quote} given`] }],
    ['its validation', { validation: { hookUrl: [`Bad value ${quote} given`] } }],
    ['the name of a parameter', { validation: { [quote]: ['Bad value given'] } }],
  ])('does not show it, in %s', async (_where, messages) => {
    await using api = await startLoggedIn(({ method }, response) => {
      if (method === 'GET') json(response, 200, { data: { totalPages: 1, page: 1, webhooks: [] } })
      else json(response, 400, { messages })
    })
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
    const error = await rejection(ensureWebhook(st, { hookUrl }))
    expect(error).toBeInstanceOf(ServiceTradeError)
    expect(error).toMatchObject({ status: 400, message: expect.stringMatching(/Bad value .*given/) })
    const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)
    for (const trace of ['canary-4711-can', secret, hookUrl]) expect(shown).not.toContain(trace)
  })
})

test('an error that does not quote the URL is left as it is', async () => {
  await using api = await startLoggedIn((_request, response) => {
    json(response, 503, { messages: { error: ['Down for maintenance'] } })
  })
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  expect(await rejection(ensureWebhook(st, { hookUrl }))).toMatchObject({
    status: 503,
    message: 'GET /webhook was answered 503: Down for maintenance',
  })
})

test('an API that says nothing of the webhook it created, and does not list it, is told about without the URL', async () => {
  await using api = await startLoggedIn(({ method }, response) => {
    if (method === 'GET') json(response, 200, { data: { totalPages: 1, page: 1, webhooks: [] } })
    else response.writeHead(204).end()
  })
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  const error = await rejection(ensureWebhook(st, { hookUrl }))
  expect(error).toBeInstanceOf(ServiceTradeError)
  expect(error).toMatchObject({ method: 'POST', path: '/webhook', message: expect.stringContaining('no webhook') })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret)
})
