import { type ChangeableKind, ConfigurationError, defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { call, createClock, login } from './support.ts'

test('a change is seen by clients, and by no counter', async () => {
  await using api = await startEmulator()
  const token = await login(api)
  const before = { ...api.counters }
  const changed = api.change('job', 1, { status: 'completed', customerPo: 'PO-7' })
  expect(api.counters).toEqual(before)
  expect(changed).toMatchObject({ id: 1, status: 'completed', customerPo: 'PO-7' })
  expect((await call(api, '/job/1', { token })).json.data).toEqual(changed)
})

test.each([
  ['job', 'jobs', '/job?status=*'],
  ['appointment', 'appointments', '/appointment?status=scheduled,unscheduled,completed'],
] as const)('a %s that was changed is found by the time of its change, page by page', async (kind, key, path) => {
  const clock = createClock()
  await using api = await startEmulator({ clock: clock.read })
  const token = await login(api)
  clock.forward(60_000)
  const since = clock.read() / 1000
  for (const id of [31, 7, 19]) api.change(kind, id, { status: 'scheduled' })
  const find = async (query: string) =>
    (await call(api, `${path}&${query}`, { token })).json.data[key].map(({ id }: { id: number }) => id)
  expect(await find(`updatedAfter=${since}`)).toEqual([7, 19, 31])
  expect(await find(`updatedAfter=${since + 1}`)).toEqual([])
  expect(await find(`updatedBefore=${since - 1}&limit=2000`)).toHaveLength(37)
  const pages: number[] = []
  for (let page = 1; page <= 3; page++) {
    pages.push(...(await find(`updatedAfter=${since}&limit=1&page=${page}`)))
    // A change between two pages moves nothing from one page to another.
    api.change(kind, 7, {})
  }
  expect(pages).toEqual([7, 19, 31])
})

test('a change that changes nothing moves the time of the change', async () => {
  const clock = createClock()
  await using api = await startEmulator({ clock: clock.read })
  clock.forward(5000)
  expect(api.change('location', 1, {})['updated']).toBe(clock.read() / 1000)
})

test('entities are made and removed', async () => {
  await using api = await startEmulator()
  const token = await login(api)
  const job = api.create('job', { type: 'repair', locationId: 1 })
  expect(job).toMatchObject({ id: 41, status: 'new', vendor: { id: 1 } })
  const { id } = api.create('appointment', { jobId: job.id }, { username: defaultUser.username })
  expect((await call(api, `/appointment/${id}`, { token })).status).toBe(200)
  api.remove('appointment', id)
  expect((await call(api, `/appointment/${id}`, { token })).status).toBe(404)
})

test('a comment is of whoever makes it', async () => {
  await using api = await startEmulator()
  const fields = { entityType: 3, entityId: 1, content: 'Done.' }
  expect(api.create('comment', fields)['author']).toBeNull()
  expect(api.create('comment', fields, { username: defaultUser.username })['author']).toMatchObject({ id: 1 })
})

test('what is returned is a copy', async () => {
  await using api = await startEmulator()
  const shown = api.change('contact', 1, {}) as unknown as { companies: object[] }
  const location = api.change('location', 1, {}) as unknown as { address: { city: string } }
  shown.companies.length = 0
  location.address.city = 'Nowhere'
  expect(api.change('location', 1, {})['address']).not.toMatchObject({ city: 'Nowhere' })
  expect(api.change('contact', 1, {})['companies']).toHaveLength(1)
})

describe('an edit is refused', () => {
  const accounts = [
    { name: 'Acme', users: [{ username: 'acme', password: 'x' }] },
    { name: 'Bolt', users: [{ username: 'bolt', password: 'x' }] },
  ]
  const job = 'job' as ChangeableKind

  test.each<[string, (api: Awaited<ReturnType<typeof startEmulator>>) => unknown, string, string]>([
    ['of an unknown kind', (api) => api.change('jobs' as never, 1, {}), 'kind', "takes 'appointment' or 'attachment'"],
    ['of a user', (api) => api.change('user' as never, 1, {}), 'kind', 'but got a string of 4 characters'],
    ['of what is not there', (api) => api.change(job, 999, {}), 'id', 'id takes the id of a job, but got 999'],
    ['of an id in a string', (api) => api.change(job, '1' as never, {}), 'id', 'but got a string of 1 characters'],
    [
      'without fields',
      (api) => api.change(job, 1, undefined as never),
      'fields',
      'fields takes an object, but got undef',
    ],
    ['of an unknown field', (api) => api.change(job, 1, { stauts: 'new' }), 'fields.stauts', 'it cannot be set'],
    [
      'of a number',
      (api) => api.change(job, 1, { number: 5 }),
      'fields.number',
      'Others can: customName, type, status',
    ],
    ['of a field that stays', (api) => api.change('appointment', 1, { jobId: 2 }), 'fields.jobId', 'it cannot be set'],
    [
      'of a wrong value',
      (api) => api.change(job, 1, { status: 'done' }),
      'fields.status',
      'takes one of new, scheduled',
    ],
    ['of a missing field', (api) => api.create(job, { locationId: 1 }), 'fields.type', 'but got undefined'],
    [
      'of a taken name',
      (api) => api.change('tag', 1, { name: 'Warranty' }),
      'fields',
      '409, Another tag has that name',
    ],
    ['of what stays', (api) => api.remove(job, 1), 'kind', 'kind takes what can be removed'],
    [
      'of what is planned',
      (api) => api.remove('appointment', 1),
      'id',
      'id takes what the API does not answer with 404',
    ],
    ['in an unknown account', (api) => api.change(job, 1, {}, { account: 'Cole' }), 'account', 'takes the name of one'],
    [
      'in another account',
      (api) => api.change(job, 1, {}, { account: 'Bolt' }),
      'id',
      'the id of a job of that account',
    ],
    ['by another account', (api) => api.change(job, 1, {}, { username: 'bolt' }), 'id', 'a job of that account'],
    ['by nobody known', (api) => api.change(job, 1, {}, { username: 'cole' }), 'username', 'one of the users'],
    [
      'by a user of another account',
      (api) => api.create('tag', { name: 'x' }, { account: 'Acme', username: 'bolt' }),
      'username',
      'one of the users of that account',
    ],
    ['with an unknown option', (api) => api.change(job, 1, {}, { user: 'acme' } as never), 'user', 'it is unknown'],
  ])('%s', async (_what, edit, option, message) => {
    await using api = await startEmulator({ accounts })
    const before = JSON.stringify(api.change('tag', 1, {}))
    const attempt = () => edit(api)
    expect(attempt).toThrow(ConfigurationError)
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(expect.objectContaining({ option }))
    expect(JSON.stringify(api.change('tag', 1, {}))).toBe(before)
  })
})
