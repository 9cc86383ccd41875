import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { collect, rejection, startClient } from './support/client.ts'
import { json, startLoggedIn } from './support/scripted.ts'

interface Item {
  id: number
}

async function startListing(pages: readonly unknown[]) {
  const api = await startLoggedIn(({ url }, response) => {
    const page = Number(new URL(url, 'http://x').searchParams.get('page'))
    json(response, 200, { data: pages[page - 1] ?? null })
  })
  const st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  return {
    st,
    requested: () => api.received.slice(1).map(({ url }) => url),
    async [Symbol.asyncDispose]() {
      await st.close()
      await api[Symbol.asyncDispose]()
    },
  }
}

test.each(['appointment', 'attachment', 'comment', 'company', 'contact', 'job', 'location', 'tag', 'user'])(
  'lists of %s have their items found',
  async (resource) => {
    await using client = await startClient()
    const path = `/${resource}`
    const entity = { entityType: 3, entityId: 1 }
    await client.st.attach({ ...entity, purposeId: 7 }, { value: Buffer.from('x'), filename: 'x.txt' })
    const items = await collect(
      client.st.list<Item>(path, { limit: 2, status: resource === 'job' ? '*' : undefined, ...entity }),
    )
    expect(items.length).toBeGreaterThan(0)
    for (const item of items) expect(item.id).toEqual(expect.any(Number))
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
  },
)

test('all pages are read, one after the other', async () => {
  await using client = await startClient({ seed: { jobs: 25 } })
  const ids = (await collect(client.st.list<Item>('/job', { limit: 10, status: '*' }))).map(({ id }) => id)
  expect(ids.length).toBe(25)
  expect(new Set(ids).size).toBe(25)
  expect(client.api.counters.requests).toBe(3)
})

test('a list can be read again from its start', async () => {
  await using listing = await startListing([{ totalPages: 1, jobs: [1, 2] }])
  const list = listing.st.list('/job')
  expect([await collect(list), await collect(list)]).toEqual([
    [1, 2],
    [1, 2],
  ])
})

test.each<[string, string, unknown[], unknown[], number]>([
  ['an empty list', '/job', [{ totalPages: 1, page: 1, jobs: [] }], [], 1],
  ['no totalPages', '/job', [{ jobs: [1] }, { jobs: [2] }], [1], 1],
  [
    'no items',
    '/job',
    [
      { totalPages: 2, page: 1 },
      { totalPages: 2, jobs: [2] },
    ],
    [2],
    2,
  ],
  ['nothing at all', '/job', [null], [], 1],
  [
    'totalPages as text',
    '/job',
    [
      { totalPages: '2', jobs: [1] },
      { totalPages: '2', jobs: [2] },
    ],
    [1, 2],
    2,
  ],
  ['totalPages that is no number', '/job', [{ totalPages: 'many', jobs: [1] }], [1], 1],
  ['totalPages of 0', '/job', [{ totalPages: 0, jobs: [] }], [], 1],
  ['a list that grows', '/job', [2, 3, 3].map((totalPages, index) => ({ totalPages, jobs: [index] })), [0, 1, 2], 3],
  [
    'a list that shrinks',
    '/job',
    [
      { totalPages: 3, jobs: [1] },
      { totalPages: 1, jobs: [] },
    ],
    [1],
    2,
  ],
  ['a bare array', '/serviceline', [[1, 2]], [1, 2], 1],
  ['a key in camel case', '/jobitem', [{ totalPages: 1, jobItems: [1], warnings: [9] }], [1], 1],
  ['a plural in -ies', '/history', [{ totalPages: 1, other: [9], histories: [1] }], [1], 1],
  ['a key that nobody could guess', '/job/1/thing', [{ totalPages: 1, stuff: [1] }], [1], 1],
])('%s is borne', async (_what, path, pages, items, requests) => {
  await using listing = await startListing(pages)
  expect(await collect(listing.st.list(path))).toEqual(items)
  expect(listing.requested()).toHaveLength(requests)
})

test('the parameters go along with each page, and may name the first', async () => {
  await using listing = await startListing([null, { totalPages: 3, jobs: [1] }, { totalPages: 3, jobs: [2] }])
  expect(await collect(listing.st.list('/job?status=all', { tagIds: [1, 2], page: 2 }))).toEqual([1, 2])
  expect(listing.requested()).toEqual([
    '/api/job?status=all&tagIds=1%2C2&page=2',
    '/api/job?status=all&tagIds=1%2C2&page=3',
  ])
})

test('several lists, none of them named after the resource, are an error and not a guess', async () => {
  await using listing = await startListing([{ totalPages: 1, appointments: [1], tags: [2] }])
  expect(await rejection(collect(listing.st.list('/job')))).toMatchObject({
    name: 'ServiceTradeError',
    message: 'GET /job was answered 200: with several lists, none of them called jobs',
  })
})

test.each([{ id: 1, name: 'x' }, { id: 1, tags: [2] }, { id: 1, appointments: [1], tags: [2] }, true, 'text'])(
  'an answer that is no list, as %j, is an error',
  async (data) => {
    await using listing = await startListing([data])
    expect(await rejection(collect(listing.st.list('/job/1')))).toMatchObject({
      name: 'ServiceTradeError',
      message: 'GET /job/1 was answered 200: with something that is no list: use get()',
    })
  },
)

test.each([0, -1, 1.5, 'x'])('the first page %j is a ConfigurationError', async (page) => {
  await using listing = await startListing([])
  expect(() => listing.st.list('/job', { page })).toThrow(expect.objectContaining({ option: 'params.page' }))
})

test('a list that needs a filter says so, and one under way ends with its signal', async () => {
  await using client = await startClient()
  expect(await rejection(collect(client.st.list('/attachment')))).toMatchObject({ status: 405 })
  const controller = new AbortController()
  const jobs = client.st.list('/job', { limit: 1, status: '*' }, { signal: controller.signal })
  const read = async () => {
    for await (const job of jobs) controller.abort(new Error(`enough of ${typeof job}s`))
  }
  expect(await rejection(read())).toMatchObject({ message: 'enough of objects' })
})

test('a reset between two pages is not noticed', async () => {
  await using client = await startClient({ seed: { jobs: 30 } })
  const ids = new Set<number>()
  for await (const { id } of client.st.list<Item>('/job', { limit: 10, status: '*' })) {
    if (ids.size === 5) client.api.resetSessions()
    ids.add(id)
  }
  expect(ids.size).toBe(30)
  expect(client.api.counters).toMatchObject({ logins: 2 })
})
