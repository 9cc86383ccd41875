import ServicetradeClient, { Paginator } from '@latchkey/servicetrade/sdk'
import { expect, test } from 'vitest'
import { rejection } from '../support/client.ts'
import { json, startScripted } from '../support/scripted.ts'
import { startSdk } from './support.ts'

test.each<[string, unknown[], number[], number]>([
  [
    'two pages',
    [
      { jobs: [{ id: 1 }], totalPages: 2 },
      { jobs: [{ id: 2 }], totalPages: 2 },
    ],
    [1, 2],
    2,
  ],
  ['no items', [{ page: 1, totalPages: 1 }], [], 1],
  ['no items on the first of two pages', [{ totalPages: 2 }, { jobs: [{ id: 2 }], totalPages: 2 }], [2], 2],
  ['items that are no list', [{ jobs: { id: 1 }, totalPages: 1 }], [], 1],
  ['no totalPages', [{ jobs: [{ id: 1 }] }], [1], 1],
  ['null', [null], [], 1],
  ['null in the end', [{ jobs: [{ id: 1 }], totalPages: 3 }, null], [1], 2],
  [
    'totalPages as text',
    [
      { jobs: [{ id: 1 }], totalPages: '2' },
      { jobs: [{ id: 2 }], totalPages: '2' },
    ],
    [1, 2],
    2,
  ],
  ['totalPages that is no number', [{ jobs: [{ id: 1 }], totalPages: 'many' }], [1], 1],
  ['totalPages 0', [{ jobs: [], totalPages: 0 }], [], 1],
  ['pages that grow', [{ jobs: [{ id: 1 }], totalPages: 1.5 }], [1], 1],
  ['a list', [[{ id: 1 }]], [], 1],
])('an answer with %s is borne', async (_what, answers, ids, requests) => {
  await using server = await startScripted(({ url }, response) => {
    const page = Number(new URL(url, 'http://x').searchParams.get('page'))
    json(response, 200, { data: answers[page - 1] })
  })
  const st = new ServicetradeClient({ token: 't', baseUrl: server.url })
  expect((await new Paginator(st, '/job', 'jobs').toArray()).map(({ id }) => id)).toEqual(ids)
  expect(server.received).toHaveLength(requests)
  expect((await st.getAll('/job', 'jobs')).map(({ id }) => id)).toEqual(ids)
})

test('how many pages there are is read from each answer', async () => {
  const last = [1, 3, 3]
  await using server = await startScripted(({ url }, response) => {
    const page = Number(new URL(url, 'http://x').searchParams.get('page'))
    json(response, 200, { data: { jobs: [{ id: page }], totalPages: page === 1 ? 2 : last[page - 1] } })
  })
  const st = new ServicetradeClient({ token: 't', baseUrl: server.url })
  expect((await st.getAll('/job', 'jobs')).map(({ id }) => id)).toEqual([1, 2, 3])
})

test('a page is asked for when its items are wanted, with the parameters', async () => {
  await using server = await startScripted((_request, response) => {
    json(response, 200, { data: { jobs: [{ id: 1 }, { id: 2 }], totalPages: 9 } })
  })
  const st = new ServicetradeClient({ token: 't', baseUrl: server.url })
  const params = { status: ['new', 'scheduled'], isOpen: true, page: 7, ownerId: null, name: undefined }
  let count = 0
  for await (const { id } of new Paginator(st, '/job?sort=id', 'jobs', { params })) {
    count += id > 0 ? 1 : 0
    if (count === 3) break
  }
  expect(server.received.map(({ url }) => url)).toEqual([
    '/api/job?sort=id&status=new%2Cscheduled&isOpen=1&page=1',
    '/api/job?sort=id&status=new%2Cscheduled&isOpen=1&page=2',
  ])
})

test('getAll() yields the items of all pages', async () => {
  await using client = await startSdk()
  const jobs = await client.st.getAll('/job', 'jobs', { status: 'all', limit: 7 })
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length)
  const { totalPages } = await client.st.get('/job', { status: 'all', limit: 7 })
  expect(Math.ceil(jobs.length / 7)).toBe(totalPages)
  expect(totalPages).toBeGreaterThan(2)
  expect(await rejection(client.st.getAll('/nothing', 'jobs'))).toMatchObject({ response: { status: 404 } })
})
