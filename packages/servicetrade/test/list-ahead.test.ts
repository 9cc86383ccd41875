import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { expect, test, vi } from 'vitest'
import { readItems } from '../src/lists/pages.ts'
import { collect, rejection, startClient } from './support/client.ts'
import { json, startLoggedIn } from './support/scripted.ts'
import { settle } from './support/virtual-clock.ts'

const all = { status: '*', limit: 10 }

/** Pages of three items whose requests are answered when a test says so. */
function pagesOf(count: number) {
  const asked: { page: number; signal: AbortSignal; answer: PromiseWithResolvers<unknown> }[] = []
  const items = readItems({
    path: '/job',
    firstPage: 1,
    signal: undefined,
    fetchPage: (page, signal) => {
      const answer = Promise.withResolvers<unknown>()
      asked.push({ page, signal, answer })
      return answer.promise
    },
  })
  const data = (page: number) => ({ jobs: [1, 2, 3].map((item) => page * 10 + item), totalPages: count, page })
  return { items, asked, serve: (index: number) => asked[index]!.answer.resolve(data(asked[index]!.page)) }
}

test('the next page is asked for with the second item of the present one, and no other before its turn', async () => {
  const { items, asked, serve } = pagesOf(3)
  const first = items.next()
  serve(0)
  expect(await first).toEqual({ done: false, value: 11 })
  await settle()
  expect(asked).toHaveLength(1)
  await items.next()
  expect(asked.map(({ page }) => page)).toEqual([1, 2])
  serve(1)
  await items.next()
  expect((await items.next()).value).toBe(21)
  expect(asked).toHaveLength(2)
  await items.next()
  expect(asked.map(({ page }) => page)).toEqual([1, 2, 3])
})

test('leaving early aborts the page that was asked for ahead, whose end disturbs nobody', async () => {
  const unhandled = vi.fn<(reason: unknown) => void>()
  process.on('unhandledRejection', unhandled)
  const { items, asked, serve } = pagesOf(3)
  const first = items.next()
  serve(0)
  await first
  await items.next()
  expect(asked[1]!.signal.aborted).toBe(false)
  await items.return()
  expect(asked[1]!.signal.aborted).toBe(true)
  asked[1]!.answer.reject(new Error('aborted'))
  await settle()
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

test('leaving while a page is waited for gives it up at once, and whoever waited is told of the end', async () => {
  await using client = await startClient({ seed: { jobs: 30 } })
  await client.st.get('/job/1')
  const iterator = client.st.list('/job', all)[Symbol.asyncIterator]()
  const hold = client.api.hold('request')
  const waiting = iterator.next()
  await hold.arrived(1)
  const end = { done: true, value: undefined }
  expect(await Promise.all([iterator.return!(), waiting])).toEqual([end, end])
  hold.release()
})

test('a page that fails ahead of its turn takes nothing from the page before it', async () => {
  const { items, asked, serve } = pagesOf(2)
  const first = items.next()
  serve(0)
  await first
  await items.next()
  asked[1]!.answer.reject(new Error('500'))
  await settle()
  expect((await items.next()).value).toBe(13)
  await expect(items.next()).rejects.toThrow('500')
  expect(await items.next()).toEqual({ done: true, value: undefined })
})

test('breaking off after the first item costs one request', async () => {
  await using client = await startClient({ seed: { jobs: 30 } })
  for await (const _job of client.st.list('/job', all)) break
  expect(client.api.counters.requests).toBe(1)
})

test('breaking off while the next page is under way ends that request', async () => {
  const closed = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  await using api = await startLoggedIn(({ url }, response) => {
    if (url.includes('page=1')) return json(response, 200, { data: { jobs: [{ id: 1 }, { id: 2 }], totalPages: 2 } })
    response.on('close', closed.resolve)
    asked.resolve()
  })
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  const iterator = st.list('/job')[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.next()
  await asked.promise
  await iterator.return!()
  await closed.promise
})

test('an abort while the next page is under way ends the list with its reason, before another item', async () => {
  await using client = await startClient({ seed: { jobs: 30 } })
  const controller = new AbortController()
  const iterator = client.st.list('/job', all, { signal: controller.signal })[Symbol.asyncIterator]()
  await iterator.next()
  const hold = client.api.hold('request')
  await iterator.next()
  await hold.arrived(1)
  controller.abort(new Error('enough'))
  await expect(iterator.next()).rejects.toThrow('enough')
  hold.release()
})

test('a reset under a page that was asked for ahead costs one login, and no item', async () => {
  await using client = await startClient({ seed: { jobs: 50 } })
  const { st, api } = client
  const ids: number[] = []
  const iterator = st.list('/job', all)[Symbol.asyncIterator]()
  for (let { value, done } = await iterator.next(); done !== true; { value, done } = await iterator.next()) {
    ids.push((value as { id: number }).id)
    if (ids.length !== 21) continue
    const hold = api.hold('request')
    ids.push(((await iterator.next()).value as { id: number }).id)
    await hold.arrived(1)
    api.resetSessions()
    hold.release()
  }
  expect(ids).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  expect(api.counters).toMatchObject({ logins: 2, rejected: 1, requests: 6 })
})

test('a page that is answered 500 ahead of its turn is reported after all items before it', async () => {
  await using client = await startClient({ seed: { jobs: 30 } })
  const ids: number[] = []
  const read = async (): Promise<void> => {
    for await (const { id } of client.st.list('/job', all)) {
      ids.push(id)
      if (id === 1) client.api.faults.serverErrors = 1
    }
  }
  expect(await rejection(read())).toMatchObject({ name: 'ServiceTradeError', status: 500 })
  expect(ids).toHaveLength(10)
  expect(client.api.counters.requests).toBe(2)
})

test('an error that is thrown in gives up the page that is waited for, and comes out again', async () => {
  const { items, asked } = pagesOf(3)
  const waiting = items.next()
  await settle()
  asked[0]!.signal.addEventListener('abort', () => asked[0]!.answer.reject(asked[0]!.signal.reason as Error))
  await expect(items.throw(new Error('mine'))).rejects.toThrow('mine')
  expect(await waiting).toEqual({ done: true, value: undefined })
})

test('pages that are empty are borne, but not for ever', async () => {
  const read = (empty: number) => {
    const fetchPage = (page: number): Promise<unknown> =>
      Promise.resolve({ jobs: page > empty ? [page] : [], totalPages: page > empty ? page : 1e9 })
    return collect(readItems({ path: '/job', firstPage: 1, signal: undefined, fetchPage }))
  }
  expect(await read(99)).toEqual([100])
  expect(await rejection(read(1e9))).toMatchObject({ name: 'ServiceTradeError', path: '/job' })
})

test('two iterations over one list are two of their own', async () => {
  await using client = await startClient({ seed: { jobs: 30 } })
  const list = client.st.list('/job', all)
  const both = await Promise.all([collect(list), collect(list)])
  expect(both[0].map(({ id }) => id)).toEqual(both[1].map(({ id }) => id))
  expect(client.api.counters.requests).toBe(6)
})

test.each([
  [1, 1, 1],
  [10, 10, 1],
  [11, 11, 2],
  [20, 20, 2],
  [1_000, 30, 3],
])('an array of at most %i has %i of 30 items and costs %i pages', async (limit, length, pages) => {
  await using client = await startClient({ seed: { jobs: 30 } })
  const jobs = await client.st.list('/job', all).toArray({ limit })
  expect(jobs.map(({ id }) => id)).toEqual(Array.from({ length }, (_, index) => index + 1))
  await client.st.get('/job/1')
  expect(client.api.counters.requests).toBe(pages + 1)
})

test.each([undefined, {}, { limit: 0 }, { limit: 1.5 }, { limit: '10' }, { max: 1 }])(
  'an array with %j for its bounds is a ConfigurationError',
  async (options) => {
    await using client = await startClient()
    expect(await rejection(client.st.list('/job').toArray(options as never))).toMatchObject({ code: 'CONFIGURATION' })
    expect(client.api.counters.requests).toBe(0)
  },
)

test.each<[string, unknown, number]>([
  ['absent', undefined, 1],
  ['text', '2', 2],
  ['no number', 'x', 1],
  ['nothing', 0, 1],
  ['negative', -1, 1],
])('a totalPages that is %s ends the list', async (_what, totalPages, pages) => {
  await using api = await startLoggedIn((_request, response) =>
    json(response, 200, { data: { jobs: [{ id: 1 }, { id: 2 }], totalPages } }),
  )
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  expect(await collect(st.list('/job'))).toHaveLength(2 * pages)
})

test.each([
  ['/job', 'jobs'],
  ['/quoterequest', 'quoterequests'],
  ['/servicerequest', 'servicerequests'],
  ['/serviceline', 'servicelines'],
  ['/serviceitem', 'serviceitems'],
  ['/taxrate', 'taxrates'],
  ['/libitem', 'libItems'],
  ['/jobitem', 'jobItems'],
  ['/history', 'histories'],
  ['/company', 'companies'],
  ['/deficiency', 'deficiencies'],
])('the items of %s are found under %s, beside other lists', async (path, key) => {
  await using api = await startLoggedIn((_request, response) =>
    json(response, 200, { data: { [key]: [{ id: 1 }], warnings: ['x'], totalPages: 1, page: 1 } }),
  )
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  expect(await st.list<{ id: number }>(path).toArray({ limit: 5 })).toEqual([{ id: 1 }])
})
