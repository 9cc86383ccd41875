import servicetrade from '@latchkey/servicetrade/legacy'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { rejection } from '../support/client.ts'
import { startLegacy } from './support.ts'

const other = { username: 'other', password: 'other-password' }
const users = [{ ...defaultUser }, other]

test('login() resolves to what the server said, and concurrent ones share one login', async () => {
  await using client = await startLegacy()
  const results = await Promise.all([client.st.login(), client.st.login(), client.st.get('/job/1')])
  const expected = { authenticated: true, authToken: expect.any(String), user: { username: 'integration' } }
  expect(results.slice(0, 2)).toMatchObject([expected, expected])
  expect(client.api.counters).toMatchObject({ logins: 1, liveSessions: 1 })
  expect(client.events).toEqual(['set'])
})

test('login() opens no second session beside one that lives', async () => {
  await using client = await startLegacy()
  const first = await client.st.login()
  const second = await client.st.login()
  expect(second.authToken).toBe(first.authToken)
  expect(client.api.counters.logins).toBe(1)
})

test('login() replaces a session that died unnoticed', async () => {
  await using client = await startLegacy()
  const first = await client.st.login()
  client.api.resetSessions()
  const second = await client.st.login()
  expect(second).toMatchObject({ authenticated: true, user: { username: 'integration' } })
  expect(second.authToken).not.toBe(first.authToken)
  expect(client.api.counters.logins).toBe(2)
  expect(client.events).toEqual(['set', 'reset', 'set'])
})

test('clients that share a store share one session', async () => {
  const store = new MemoryTokenStore()
  await using client = await startLegacy({ store })
  const second = servicetrade({ ...defaultUser, baseUrl: client.api.url, store })
  const first = await client.st.login()
  expect(await second.login()).toMatchObject({ authToken: first.authToken })
  await Promise.all([client.st.get('/job/1'), second.get('/job/1')])
  expect(client.api.counters.logins).toBe(1)
  await second.close()
})

test('a wrong password rejects as with axios, and is tried once', async () => {
  await using client = await startLegacy({ password: 'wrong' })
  const outcomes = await Promise.all([
    rejection(client.st.login()),
    rejection(client.st.get('/job/1')),
    rejection(client.st.get('/job/2')),
  ])
  outcomes.push(await rejection(client.st.login()))
  for (const error of outcomes) {
    expect(error).toMatchObject({
      name: 'AxiosError',
      isAxiosError: true,
      message: 'Request failed with status code 403',
      code: 'ERR_BAD_REQUEST',
      status: 403,
      response: {
        status: 403,
        data: { messages: { error: ['Invalid credentials provided'] }, data: { authenticated: false } },
      },
      cause: { code: 'LOGIN_REFUSED' },
    })
  }
  expect(client.api.counters.loginAttempts).toBe(1)
  expect(client.events).toEqual([])
})

test('credentials that another client of the store found wrong reject without an answer to show', async () => {
  const store = new MemoryTokenStore()
  await using client = await startLegacy({ store, password: 'wrong' })
  await rejection(client.st.login())
  const second = servicetrade({ ...defaultUser, password: 'wrong', baseUrl: client.api.url, store })
  expect(await rejection(second.get('/job/1'))).toMatchObject({
    message: 'Request failed with status code 403',
    response: { status: 403, data: null },
  })
  expect(client.api.counters.loginAttempts).toBe(1)
})

test('a throttled login rejects with 429 and Retry-After', async () => {
  await using client = await startLegacy()
  client.api.faults.throttleLogins = 30_000
  expect(await rejection(client.st.login())).toMatchObject({
    message: 'Request failed with status code 429',
    response: { status: 429, headers: { 'retry-after': '30' } },
  })
})

test('without credentials login() rejects with 400 and asks nobody, and a request gets the server’s 401', async () => {
  await using client = await startLegacy({ username: '', password: '' })
  expect(await rejection(client.st.login())).toMatchObject({
    message: 'Request failed with status code 400',
    response: { status: 400 },
  })
  expect(client.api.counters.loginAttempts).toBe(0)
  expect(await rejection(client.st.get('/job/1'))).toMatchObject({ response: { status: 401, data: '' } })
})

test('credentials that come with login() are used from then on', async () => {
  await using client = await startLegacy({ username: null, password: null })
  const { st, api, events } = client
  await st.login(defaultUser.username, defaultUser.password)
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  api.resetSessions()
  expect(await st.get('/job/1')).toMatchObject({ id: 1 })
  await st.login(defaultUser.username, defaultUser.password)
  expect(api.counters.logins).toBe(2)
  expect(events).toEqual(['set', 'reset', 'set'])
})

test('login() with another user’s credentials changes the user, unless they are refused', async () => {
  await using client = await startLegacy({}, { users })
  const { st } = client
  await st.login()
  expect(await rejection(st.login(other.username, 'wrong'))).toMatchObject({ status: 403 })
  expect(await st.get('/auth')).toMatchObject({ user: { username: defaultUser.username } })
  expect(await st.login(other.username, other.password)).toMatchObject({ user: { username: 'other' } })
  client.api.resetSessions()
  expect(await st.get('/auth')).toMatchObject({ user: { username: 'other' } })
})

test('logout() ends the session for all who share it, and the next request logs in', async () => {
  await using client = await startLegacy()
  const { st, api, events } = client
  await st.login()
  expect(await st.logout()).toBeNull()
  expect(api.counters).toMatchObject({ logouts: 1, liveSessions: 0 })
  await st.get('/job/1')
  expect(api.counters).toMatchObject({ logins: 2, rejected: 0 })
  expect(events).toEqual(['set', 'set'])
})

test('logout() rejects with the answer of a server that does not do it', async () => {
  await using client = await startLegacy()
  await client.st.login()
  client.api.faults.serverErrors = 1
  expect(await rejection(client.st.logout())).toMatchObject({
    name: 'AxiosError',
    message: 'Request failed with status code 500',
    code: 'ERR_BAD_RESPONSE',
    response: { status: 500 },
  })
})
