import { setImmediate as turn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { rejection } from '../support/client.ts'
import { startLegacy } from './support.ts'
import { expectTwentyToSurviveReset } from '../support/twenty-calls.ts'

test('twenty calls in flight at a reset cost one login, none fails, and each event is told once', async () => {
  await using client = await startLegacy()
  const { st, api, events } = client
  await expectTwentyToSurviveReset(api, {
    get: (path) => st.get(path),
    post: (path, body) => st.post(path.slice(1), body),
    put: (path, body) => st.put(path, body),
    attach: (params, value, filename) => st.attach(params, { value, options: { filename } }),
  })
  expect(api.counters).toMatchObject({ logins: 2, rejected: 20, liveSessions: 1 })
  expect(events).toEqual(['set', 'reset', 'set'])
})

test('the first request logs in before it goes out', async () => {
  await using client = await startLegacy()
  await Promise.all(Array.from({ length: 20 }, () => client.st.get('/job/1')))
  expect(client.api.counters).toMatchObject({ loginAttempts: 1, requests: 20, rejected: 0 })
  expect(client.events).toEqual(['set'])
})

test('calls that met a login wait for what onSetCookie does with it', async () => {
  const saved = Promise.withResolvers<void>()
  const told = Promise.withResolvers<{ authToken: string; user: object }>()
  await using client = await startLegacy({
    onSetCookie: async (data) => {
      told.resolve(data)
      await saved.promise
    },
  })
  const done = vi.fn<() => void>()
  const call = client.st.get('/job/1').finally(done)
  expect(await told.promise).toMatchObject({ authenticated: true, authToken: expect.any(String) })
  // This one begins after the event, and does not wait for it: by the time it is through, the first has its answer.
  await client.st.get('/job/2')
  await turn()
  expect(done).not.toHaveBeenCalled()
  saved.resolve()
  await call
})

test('an error of onSetCookie rejects the calls that met the login, and no later one', async () => {
  const full = new Error('the disk is full')
  await using client = await startLegacy({ onSetCookie: () => Promise.reject(full) })
  expect(await rejection(client.st.get('/job/1'))).toBe(full)
  expect(await client.st.get('/job/1')).toMatchObject({ id: 1 })
})

test('a callback may use the client', async () => {
  const names: string[] = []
  await using client = await startLegacy({
    onSetCookie: async () => {
      const { user } = await client.st.get('/auth')
      names.push(user.username)
    },
  })
  await client.st.get('/job/1')
  client.api.resetSessions()
  await client.st.get('/job/1')
  expect(names).toEqual(['integration', 'integration'])
})

test('a reset that no login follows is told before the call rejects', async () => {
  await using client = await startLegacy()
  const { st, api, events } = client
  await st.get('/job/1')
  api.resetSessions()
  api.faults.denyLogins = true
  expect(await rejection(st.get('/job/1'))).toMatchObject({ status: 403 })
  expect(events).toEqual(['set', 'reset'])
  expect(await rejection(st.login())).toMatchObject({ status: 403 })
  expect(events).toEqual(['set', 'reset'])
  expect(api.counters.loginAttempts).toBe(2)
})
