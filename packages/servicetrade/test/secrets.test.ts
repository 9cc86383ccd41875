import { inspect } from 'node:util'
import { ServiceTrade, SessionAuthenticator, withServiceTrade } from '@latchkey/servicetrade'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import { getGlobalDispatcher } from 'undici'
import { expect, test } from 'vitest'
import { rejection } from './support/client.ts'
import { exposures, recordEvents } from './support/exposures.ts'
import { json, startScripted } from './support/scripted.ts'

const username = 'integration'
const password = 'canary-password-4711'
const canary = 'canarytoken0815'

test('nothing that a program could log shows the password or a token', async () => {
  const tokens = new Set<string>()
  const shown: unknown[] = []
  const events = await recordEvents(async () => {
    await using api = await startEmulator({ users: [{ username, password }] })
    await using st = new ServiceTrade({ username, password, baseUrl: api.url, maxRetryAfter: 0 })
    const authenticator = new SessionAuthenticator({ username, password, baseUrl: api.url })
    shown.push(st, st.session, authenticator, await st.session.grant(), st.list('/job'))
    tokens.add((await st.session.grant()).token)
    api.resetSessions()
    await st.get('/job/1')
    tokens.add((await st.session.grant()).token)
    const params = { q: password }
    shown.push(
      await rejection(st.get('/job/999', params)),
      await rejection(st.get(`/nothing?q=${password}`)),
      await rejection(st.post('/job', { note: password })),
      await rejection(st.get(`https://x/${password}`)),
      await rejection(st.get('/job', { a: { password } } as never)),
      await rejection(st.attach({ purposeId: 7, entityType: 3, entityId: 1 }, { value: password } as never)),
    )
    api.faults.nonJson = true
    shown.push(await rejection(st.get('/job/1')))
    api.faults.nonJson = false
    api.faults.dropConnections = 1
    shown.push(await rejection(st.get('/job/1')))
    api.faults.rejectSessions = true
    shown.push(await rejection(st.get('/job/1', {}, { signal: AbortSignal.timeout(500) })))
    api.faults.rejectSessions = false
    await withServiceTrade({ username, password, baseUrl: api.url }, async (script, context) => {
      shown.push(script, context)
      tokens.add((await script.session.grant()).token)
    })
    shown.push(await rejection(withServiceTrade({ username, password, baseUrl: `${api.url}/api` }, () => 1)))
    await st.session.status().then((status) => shown.push(status))
  })
  expect(tokens.size).toBe(3)
  expect(events.length).toBeGreaterThan(5)
  const text = [...shown.flatMap(exposures), inspect(events, { depth: 12 })].join('\n')
  for (const secret of [password, ...tokens]) expect(text).not.toContain(secret)
})

const quoting = JSON.stringify({ messages: { error: [`no user ${username} with ${password}`] } })
const cutOff = `{"data":{"authenticated":true,"authToken":"${canary}`
const twoLines = JSON.stringify({ data: { authToken: `${canary}\nx` } })

test.each([
  ['quotes the password in its refusal', 403, quoting],
  [
    'quotes the password in its validation',
    400,
    JSON.stringify({ messages: { validation: { password: [password] } } }),
  ],
  ['sends a token that is cut off', 200, cutOff],
  ['sends a token that is no cookie value', 200, twoLines],
  ['sends a token with a server error', 500, cutOff],
])('a login at a server that %s fails without showing it', async (_what, status, body) => {
  await using api = await startScripted((_request, response) => {
    response.writeHead(status, { 'set-cookie': `PHPSESSID=${canary}` }).end(body)
  })
  const authenticator = new SessionAuthenticator({ username, password, baseUrl: api.url })
  await using st = new ServiceTrade({ username, password, baseUrl: api.url, maxWait: 300 })
  const direct = authenticator.login({
    signal: new AbortController().signal,
    dispatcher: getGlobalDispatcher(),
  })
  const errors = [await rejection(direct), await rejection(st.get('/job/1'))]
  const text = errors.flatMap(exposures).join('\n')
  for (const secret of [password, canary]) expect(text).not.toContain(secret)
})

test('credentials travel in the body of the login alone, tokens in cookies alone', async () => {
  await using api = await startScripted(({ url }, response) => {
    json(response, 200, { data: url === '/api/auth' ? { authToken: canary } : null })
  })
  await using st = new ServiceTrade({ username, password, baseUrl: api.url })
  await st.post('/job', { a: 1 })
  const [login, post] = api.received
  expect(JSON.parse(login!.body)).toEqual({ username, password })
  expect(JSON.stringify({ ...login, body: '' })).not.toContain(password)
  expect(post!.headers.cookie).toBe(`PHPSESSID=${canary}`)
  expect(JSON.stringify({ ...post, headers: { ...post!.headers, cookie: '' } })).not.toContain(canary)
})

test('a redirect takes the token nowhere', async () => {
  await using elsewhere = await startScripted((_request, response) => json(response, 200, { data: 'stolen' }))
  await using api = await startScripted(({ url, method }, response) => {
    if (url === '/api/auth' && method === 'POST') json(response, 200, { data: { authToken: canary } })
    else response.writeHead(307, { location: `${elsewhere.url}/api/job/1` }).end()
  })
  await using st = new ServiceTrade({ username, password, baseUrl: api.url })
  expect(await rejection(st.get('/job/1'))).toMatchObject({ name: 'ServiceTradeError', status: 307 })
  expect(elsewhere.received).toEqual([])
})
