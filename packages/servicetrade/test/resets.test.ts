import { expect, test } from 'vitest'
import { collect, startClient } from './support/client.ts'
import { expectTwentyToSurviveReset } from './support/twenty-calls.ts'

const entity = { entityType: 3, entityId: 1 }

test('twenty calls of all kinds in flight at a reset cost one login, and none fails', async () => {
  await using client = await startClient()
  const { st, api } = client
  await expectTwentyToSurviveReset(api, {
    get: (path) => st.get(path),
    post: (path, body) => st.post(path, body),
    put: (path, body) => st.put(path, body),
    attach: (params, value, filename) => st.attach(params, { value, filename }),
  })
  expect(api.counters).toMatchObject({ logins: 2, rejected: 20, liveSessions: 1 })
  expect(await collect(st.list('/attachment', entity))).toHaveLength(5)
})

test('twenty first calls cost one login', async () => {
  await using client = await startClient()
  await Promise.all(Array.from({ length: 20 }, () => client.st.get('/job/1')))
  expect(client.api.counters).toMatchObject({ loginAttempts: 1, logins: 1, rejected: 0 })
})

test('a wrong password is tried once', async () => {
  await using client = await startClient()
  client.api.faults.denyLogins = true
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => client.st.get('/job/1')))
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'LOGIN_REFUSED', retryAfter: expect.any(Number) },
    })
  }
  expect(client.api.counters.loginAttempts).toBe(1)
})
