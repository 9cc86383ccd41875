import { type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { call, login } from './support.ts'

async function open(options?: EmulatorOptions) {
  const api = await startEmulator(options)
  const token = await login(api)
  const send = async (method: string, path: string, json?: unknown) => {
    const { status, text } = await call(api, path, { method, token, json })
    return { status, data: text === '' ? undefined : JSON.parse(text).data }
  }
  return { send, [Symbol.asyncDispose]: () => api.close() }
}

describe('jobs', () => {
  test('get a number of their own and a current appointment', async () => {
    await using api = await open()
    const { data } = await api.send('POST', '/job', { type: 'repair', locationId: 1, number: 5 })
    expect(data.number).toBe(10_041)
    expect(data.appointments).toHaveLength(1)
    expect(data.currentAppointment).toMatchObject({ status: 'unscheduled' })
  })

  test('are not in the default list until an appointment is scheduled', async () => {
    await using api = await open()
    const { data: job } = await api.send('POST', '/job', { type: 'repair', locationId: 1 })
    const listed = async () => (await api.send('GET', '/job')).data.jobs.some(({ id }: { id: number }) => id === job.id)
    expect(await listed()).toBe(false)
    const windowStart = 1_800_000_000
    await api.send('PUT', `/appointment/${job.currentAppointment.id}`, { status: 'scheduled', windowStart, jobId: 1 })
    expect(await listed()).toBe(true)
    expect((await api.send('GET', `/job/${job.id}`)).data).toMatchObject({
      status: 'scheduled',
      scheduledDate: windowStart,
    })
  })

  test('that are further on stay so when an appointment is scheduled', async () => {
    await using api = await open()
    await api.send('PUT', '/job/1', { status: 'completed' })
    await api.send('POST', '/appointment', { jobId: 1, status: 'scheduled' })
    expect((await api.send('GET', '/job/1')).data.status).toBe('completed')
  })

  test('can have a nullable field emptied', async () => {
    await using api = await open()
    expect((await api.send('PUT', '/job/1', { customerPo: null })).data.customerPo).toBeNull()
    expect((await api.send('PUT', '/job/1', { type: null })).status).toBe(400)
  })
})

describe('appointments', () => {
  test('go only while they are unscheduled and nothing refers to them', async () => {
    await using api = await open()
    const post = async (fields: object) => (await api.send('POST', '/appointment', { jobId: 1, ...fields })).data.id
    const remove = async (id: number) => (await api.send('DELETE', `/appointment/${id}`)).status
    expect(await remove(await post({ status: 'scheduled' }))).toBe(404)
    expect(await remove(await post({ serviceRequestIds: [8] }))).toBe(409)
    const id = await post({})
    expect((await api.send('GET', '/job/1')).data.currentAppointment.id).toBe(id)
    expect(await remove(id)).toBe(204)
    expect(await remove(id)).toBe(404)
    expect((await api.send('GET', '/job/1')).data.appointments).toHaveLength(3)
  })
})

describe('tags', () => {
  test('of a name that exists are returned, not made', async () => {
    await using api = await open()
    const { data } = await api.send('POST', '/tag', { name: 'Warranty' })
    expect(data.id).toBe(4)
    expect((await api.send('GET', '/tag')).data.tags).toHaveLength(4)
  })

  test('cannot take the name of another', async () => {
    await using api = await open()
    expect((await api.send('PUT', '/tag/1', { name: 'Warranty' })).status).toBe(409)
    expect((await api.send('PUT', '/tag/4', { name: 'Warranty' })).status).toBe(200)
  })

  test('vanish from jobs when they are deleted', async () => {
    await using api = await open()
    expect((await api.send('GET', '/job/1')).data.tags).toMatchObject([{ id: 1, name: 'Night work' }])
    expect((await api.send('DELETE', '/tag/1')).status).toBe(204)
    expect((await api.send('GET', '/job/1')).data.tags).toEqual([])
  })
})

describe('comments', () => {
  test('on an entity that is not there are answered 403', async () => {
    await using api = await open()
    expect((await api.send('POST', '/comment', { entityType: 3, entityId: 999, content: 'x' })).status).toBe(403)
    expect((await api.send('POST', '/comment', { entityType: 99, entityId: 1, content: 'x' })).status).toBe(403)
  })

  test('stay with their entity', async () => {
    await using api = await open()
    const { data } = await api.send('PUT', '/comment/1', { entityId: 2, content: 'Changed.' })
    expect(data).toMatchObject({ content: 'Changed.', entity: { id: 1, type: 3 } })
    expect((await api.send('DELETE', '/comment/1')).status).toBe(204)
    expect((await api.send('GET', '/comment/1')).status).toBe(404)
  })
})

test('contacts can be deleted', async () => {
  await using api = await open()
  expect((await api.send('DELETE', '/contact/1')).status).toBe(204)
  expect((await api.send('GET', '/contact/1')).status).toBe(404)
})

test('a renamed location has its new name everywhere', async () => {
  await using api = await open()
  await api.send('PUT', '/location/1', { name: 'Old Mill' })
  expect((await api.send('GET', '/job/1')).data).toMatchObject({
    name: 'inspection at Old Mill',
    location: { name: 'Old Mill' },
  })
})

test('a body of some megabytes is taken', async () => {
  await using api = await open()
  const content = 'x'.repeat(3_000_000)
  const { status, data } = await api.send('POST', '/comment', { entityType: 3, entityId: 1, content })
  expect([status, data.content.length]).toEqual([200, content.length])
})

test.each([
  ['/tag', 'tags', 2000],
  ['/location', 'locations', 5000],
])('%s shows no more of its %s than %d at once', async (path, key, max) => {
  await using api = await open({ seed: { tags: 2001, locations: 5001 } })
  const { data } = await api.send('GET', `${path}?limit=6000`)
  expect([data[key].length, data.totalPages]).toEqual([max, 2])
})
