import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { readItems } from '../src/lists/pages.ts'
import { startClient } from './support/client.ts'
import { settle } from './support/virtual-clock.ts'

test('50,000 items go by with no more than two pages in memory, and one asked for ahead', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const size = 2_000
  const pages: WeakRef<object>[] = []
  const items = readItems({
    path: '/job',
    firstPage: 1,
    signal: undefined,
    fetchPage: (page) => {
      const jobs = Array.from({ length: size }, (_, index) => ({ id: (page - 1) * size + index + 1 }))
      pages.push(new WeakRef(jobs))
      return Promise.resolve({ jobs, totalPages: 25, page })
    },
  })
  let seen = 0
  let most = 0
  for await (const item of items) {
    seen += 1
    if ((item as { id: number }).id !== seen) expect.fail('an item is missing, or comes twice')
    if (pages.length > Math.ceil(seen / size) + 1) expect.fail('asked too far ahead')
    if (![0, 1, 2, size / 2].includes(seen % size)) continue
    // A WeakRef that was just made or read keeps its target until the turn of the event loop is over.
    await settle()
    collectGarbage()
    most = Math.max(most, pages.filter((page) => page.deref() !== undefined).length)
    await settle()
  }
  expect(seen).toBe(50_000)
  expect(most).toBe(2)
})

test('a listing of 50,000 jobs has each of them once, and in order', async () => {
  await using client = await startClient({ seed: { jobs: 50_000 } })
  const { st, api } = client
  let seen = 0
  for await (const { id } of st.list('/job', { status: '*', limit: 2_000 })) {
    seen += 1
    if (id !== seen) expect.fail('an item is missing, or comes twice')
    if (api.counters.requests > Math.ceil(seen / 2_000) + 1) expect.fail('asked too far ahead')
  }
  expect(seen).toBe(50_000)
  expect(api.counters.requests).toBe(25)
})
