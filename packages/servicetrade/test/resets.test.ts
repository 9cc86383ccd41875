import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { collect, startClient } from './support/client.ts'

const bytes = Buffer.from('paperwork')
const checksum = createHash('md5').update(bytes).digest('hex')
const entity = { entityType: 3, entityId: 1 }

test('twenty calls of all kinds in flight at a reset cost one login, and none fails', async () => {
  await using client = await startClient()
  const { st, api } = client
  await st.get('/job/1')
  const hold = api.hold('request', { limit: 20 })
  const calls = Array.from({ length: 20 }, (_, index) => {
    switch (index % 4) {
      case 0:
        return st.get(`/job/${index + 1}`)
      case 1:
        return st.post('/comment', { ...entity, content: `comment ${index}` })
      case 2:
        return st.put(`/job/${index + 1}`, { description: `description ${index}` })
      default:
        return st.attach({ ...entity, purposeId: 7 }, { value: bytes, filename: `${index}.txt` })
    }
  })
  await hold.arrived(20)
  api.resetSessions()
  hold.release()
  const results = await Promise.all(calls)
  expect(results).toHaveLength(20)
  for (const [index, result] of results.entries()) {
    if (index % 4 === 0) expect(result).toMatchObject({ id: index + 1 })
    if (index % 4 === 1) expect(result).toMatchObject({ content: `comment ${index}` })
    if (index % 4 === 2) expect(result).toMatchObject({ id: index + 1, description: `description ${index}` })
    if (index % 4 === 3) expect(result).toMatchObject({ fileName: `${index}.txt`, checksum })
  }
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
