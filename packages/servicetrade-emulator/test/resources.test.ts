import { type Emulator, startEmulator } from '@latchkey/servicetrade-emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, createClock, login } from './support.ts'

const clock = createClock()
const address = { street: '1 Elm St', city: 'Durham', state: 'NC', postalCode: '27701' }
const comment = { entityType: 3, entityId: 1, content: 'Done.' }

let api: Emulator
let token: string
const get = async (path: string) => (await call(api, path, { token })).json.data
const write = (method: string, path: string, json: unknown) => call(api, path, { method, token, json })

beforeAll(async () => {
  const seed = { jobs: 120, locations: 120, companies: 120, contacts: 120, technicians: 12, tags: 120, comments: 300 }
  api = await startEmulator({ seed, clock: clock.read })
  token = await login(api)
})
afterAll(() => api.close())

const lists: [path: string, key: string, size: number, total: number][] = [
  ['/job?status=*', 'jobs', 100, 120],
  ['/appointment?status=scheduled,unscheduled,completed', 'appointments', 100, 120],
  ['/location?', 'locations', 10, 120],
  ['/company?', 'companies', 100, 121],
  ['/contact?', 'contacts', 100, 120],
  ['/tag?', 'tags', 100, 120],
  ['/user?', 'users', 100, 10],
  ['/comment?entityType=3&entityId=1', 'comments', 100, 3],
  ['/attachment?entityType=3&entityId=1', 'attachments', 100, 0],
]

describe.each(lists)('the list %s', (path, key, size, total) => {
  test('has a first page of the usual size', async () => {
    const data = await get(path)
    expect(Object.keys(data)).toEqual(['totalPages', 'page', key])
    expect(data).toMatchObject({ page: 1, totalPages: Math.max(1, Math.ceil(total / size)) })
    expect(data[key]).toHaveLength(Math.min(size, total))
  })

  test('shows each entity once over all pages', async () => {
    const ids: number[] = []
    const { totalPages } = await get(`${path}&limit=7`)
    for (let page = 1; page <= totalPages; page++) {
      ids.push(...(await get(`${path}&limit=7&page=${page}`))[key].map((one: { id: number }) => one.id))
    }
    expect(ids).toHaveLength(total)
    expect(new Set(ids).size).toBe(total)
  })

  test('is empty past its last page', async () => {
    expect(await get(`${path}&page=99`)).toMatchObject({ page: 99, [key]: [] })
  })

  test('takes any limit up to 2000, and ignores what it does not know', async () => {
    const data = await get(`${path}&limit=2000&lmit=1&stauts=closed`)
    expect([data.totalPages, data[key].length]).toEqual([1, total])
  })

  test('can be narrowed by the time of change', async () => {
    const now = clock.read() / 1000
    expect((await get(`${path}&createdAfter=${now + 1}`))[key]).toEqual([])
    expect((await get(`${path}&updatedBefore=${now - 1}`))[key]).toEqual([])
    expect((await get(`${path}&updatedAfter=${now - 1}&createdBefore=${now}&limit=2000`))[key]).toHaveLength(total)
  })
})

const open = ['bidding', 'new', 'scheduled']
const done = ['closed', 'completed', 'invoiced', 'pending_invoice', 'sending_invoice']

test.each([
  ['/job?', 'jobs', ['scheduled']],
  ['/job?status=all', 'jobs', [...open, ...done]],
  ['/job?status=*', 'jobs', ['canceled', ...open, ...done]],
  ['/job?status=canceled,closed', 'jobs', ['canceled', 'closed']],
  ['/job?status=new&status=closed', 'jobs', ['closed']],
  ['/job?number=10002,10006', 'jobs', ['canceled', 'new']],
  ['/appointment?', 'appointments', ['completed', 'scheduled']],
  ['/appointment?status=unscheduled', 'appointments', ['unscheduled']],
  ['/location?', 'locations', ['active', 'inactive', 'on_hold', 'pending']],
  ['/location?status=active', 'locations', ['active']],
  ['/user?', 'users', ['active']],
])('%s shows %s of the statuses %j', async (path, key, statuses) => {
  const shown = (await get(`${path}&limit=2000`))[key].map((one: { status: string }) => one.status)
  expect([...new Set(shown)].toSorted()).toEqual(statuses.toSorted())
})

test.each([
  ['/job?number=10002', 'jobs', [2]],
  ['/job?status=*&locationId=3,4&limit=2', 'jobs', [3, 4]],
  ['/job?tagIds=1', 'jobs', [1]],
  ['/appointment?jobId=1', 'appointments', [1]],
  ['/location?name=HEADQUARTERS&companyId=2', 'locations', [1]],
  ['/company?vendor=1&limit=2', 'companies', [1, 8]],
  ['/company?customer=false', 'companies', [1]],
  ['/contact?locationId=5', 'contacts', [5]],
  ['/tag?name=night work 22', 'tags', [85]],
  ['/user?isTechOrHelper=1&limit=3', 'users', [2, 3, 4]],
  ['/user?isHelper=true', 'users', [4, 7, 10]],
])('%s finds %s %j', async (path, key, ids) => {
  expect((await get(path))[key].map((one: { id: number }) => one.id)).toEqual(ids)
})

test.each([
  ['/user?isTech=1&isHelper=1', 400],
  ['/comment', 405],
  ['/comment?entityId=1', 405],
  ['/attachment', 405],
  ['/job/0', 404],
  ['/job/abc', 404],
  ['/job/1/parts', 404],
  ['/no-such-thing', 404],
])('GET %s is answered %d', async (path, status) => {
  const answer = await call(api, path, { token })
  expect(answer.status).toBe(status)
  if (status === 404) expect(answer.text).toBe('')
})

test.each([
  ['POST', '/user'],
  ['PUT', '/user/1'],
  ['DELETE', '/user/1'],
  ['DELETE', '/job/1'],
  ['DELETE', '/job'],
  ['DELETE', '/location/1'],
  ['DELETE', '/company/1'],
  ['PATCH', '/tag/1'],
])('%s %s is answered 405', async (method, path) => {
  expect((await write(method, path, { name: 'x' })).status).toBe(405)
})

test.each([
  ['/job', { locationId: 1 }, ['type']],
  ['/job', {}, ['type', 'locationId']],
  ['/job', { type: 'repair', locationId: 1, vendorId: 9999 }, ['vendorId']],
  ['/job', { type: 'repair', locationId: '1', status: 'done' }, ['status', 'locationId']],
  ['/appointment', { jobId: 9999 }, ['jobId']],
  ['/appointment', { jobId: 1, techIds: [9999], windowStart: 'noon' }, ['windowStart', 'techIds']],
  ['/location', { name: 'Depot', companyId: 1 }, ['address']],
  ['/company', { name: 'Acme', address: { street: 'x' } }, ['address']],
  ['/contact', { lastName: 'Doe', companyIds: 1 }, ['firstName', 'companyIds']],
  ['/comment', { ...comment, content: undefined, visibility: 'all' }, ['content', 'visibility']],
  ['/tag', { name: '' }, ['name']],
])('POST %s with %j is answered 400 for %j', async (path, json, wrong) => {
  const answer = await write('POST', path, json)
  expect(answer.status).toBe(400)
  expect(Object.keys(answer.json.messages.validation)).toEqual(wrong)
  expect(answer.json).not.toHaveProperty('data')
})

test.each([
  ['/location', { name: 'Depot', address, companyId: 2 }, { status: 'active', company: { id: 2 } }],
  ['/company', { name: 'Bolt Ltd', address, customer: true }, { customer: true, vendor: false, status: 'active' }],
  ['/contact', { firstName: 'Jo', companyIds: [2] }, { companies: [{ id: 2 }], locations: [], status: 'public' }],
  ['/comment', comment, { entity: { id: 1, type: 3 }, author: { id: 1 }, pinned: false, visibility: [] }],
  ['/tag', { name: 'Rooftop' }, {}],
  ['/appointment', { jobId: 1, techIds: [2] }, { job: { id: 1, number: 10_001 }, techs: [{ id: 2 }], released: false }],
  ['/job', { type: 'repair', locationId: 1 }, { status: 'new', vendor: { id: 1 }, location: { id: 1 } }],
])('POST %s answers 200 with the entity, which GET shows and PUT changes', async (path, json, expected) => {
  const posted = await write('POST', path, json)
  expect(posted.status).toBe(200)
  const { data } = posted.json
  expect(data).toMatchObject({ uri: `${api.url}/api${path}/${data.id}`, ...expected })
  expect(data).toMatchObject({ created: clock.read() / 1000, updated: clock.read() / 1000 })
  expect(await get(`${path}/${data.id}`)).toEqual(data)
  clock.forward(5000)
  const put = await write('PUT', `${path}/${data.id}`, { nonsense: 1 })
  expect(put.json.data).toEqual({ ...data, updated: clock.read() / 1000 })
})
