import { Session } from '@latchkey/core'
import { SessionAuthenticator } from '@latchkey/servicetrade'
import servicetrade from '@latchkey/servicetrade/legacy'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { json, startLoggedIn } from '../support/scripted.ts'
import { rejection } from '../support/client.ts'
import { openSession, startLegacy } from './support.ts'

const disableRefreshAuth = true

test('with disableRefreshAuth nothing but login() logs in', async () => {
  await using client = await startLegacy({ disableRefreshAuth })
  const { st, api, events } = client
  expect(await rejection(st.get('/job/1'))).toMatchObject({ response: { status: 401 } })
  expect(api.counters.loginAttempts).toBe(0)
  expect(await st.login()).toMatchObject({ authenticated: true })
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  expect(await st.post('/comment', { entityType: 3, entityId: 1, content: 'x' })).toMatchObject({ content: 'x' })
  expect(api.counters.logins).toBe(1)
  expect(events).toEqual(['set'])
})

test('with disableRefreshAuth a reset is the caller’s, and login() makes the next session', async () => {
  await using client = await startLegacy({ disableRefreshAuth })
  const { st, api, events } = client
  await st.login()
  api.resetSessions()
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => rejection(st.get('/job/1'))))
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 401))
  expect(await rejection(st.get('/job/1'))).toMatchObject({ status: 401 })
  expect(api.counters.logins).toBe(1)
  const { requests } = api.counters
  await Promise.all([st.login(), st.login()])
  // Nobody asks after the old one, whose end is known.
  expect(api.counters.requests).toBe(requests)
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters.logins).toBe(2)
  expect(events).toEqual(['set', 'set'])
})

test('with disableRefreshAuth resets of sessions that worked hold no login back', async () => {
  const store = new MemoryTokenStore()
  await using client = await startLegacy({ disableRefreshAuth, store })
  const { st, api } = client
  for (let round = 0; round < 3; round += 1) {
    await st.login()
    await st.get('/job/1')
    api.resetSessions()
    await rejection(st.get('/job/1'))
  }
  const session = new Session({ authenticator: new SessionAuthenticator({ ...defaultUser, baseUrl: api.url }), store })
  expect((await session.status()).hold).toBeUndefined()
  await session.close()
})

test('with disableRefreshAuth login() adopts the session of another client of the store', async () => {
  const store = new MemoryTokenStore()
  await using client = await startLegacy({ disableRefreshAuth, store })
  const { st, api } = client
  const session = new Session({ authenticator: new SessionAuthenticator({ ...defaultUser, baseUrl: api.url }), store })
  const { token } = await session.grant()
  expect(await st.login()).toMatchObject({ authToken: token })
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters.logins).toBe(1)
  expect(await st.logout()).toBeNull()
  expect(api.counters.liveSessions).toBe(0)
  expect(await rejection(st.get('/job/1'))).toMatchObject({ status: 401 })
  await session.close()
})

test('with disableRefreshAuth a cookie serves until it dies', async () => {
  await using client = await startLegacy({ disableRefreshAuth })
  const { st, api } = client
  st.setCookie(`PHPSESSID=${await openSession(api.url)}`)
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  api.resetSessions()
  expect(await rejection(st.get('/job/1'))).toMatchObject({ status: 401 })
  expect(api.counters.loginAttempts).toBe(1)
})

test('with disableRefreshAuth an answer that comes after the end of its session logs nobody in', async () => {
  const gate = Promise.withResolvers<void>()
  await using server = await startLoggedIn(async ({ url }, response) => {
    if (url === '/api/job/1') await gate.promise
    json(response, url === '/api/job/2' ? 401 : 200, { data: { id: 1 } })
  })
  const st = servicetrade({ ...defaultUser, baseUrl: server.url, disableRefreshAuth })
  await st.login()
  const late = st.get('/job/1')
  expect(await rejection(st.get('/job/2'))).toMatchObject({ status: 401 })
  gate.resolve()
  expect(await late).toEqual({ id: 1 })
  await st.get('/job/3')
  expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(1)
})
