import type { TokenStore } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { Desk } from '../support/desk.ts'
import { watch, watchAll } from '../support/outcomes.ts'

/** One process's way to a store that all share, with its operations counted. */
function counted(shared: MemoryTokenStore, { watches }: { watches: boolean }) {
  const count = { operations: 0, watchers: 0, mostWatchers: 0 }
  const store: TokenStore = {
    get: (key) => ((count.operations += 1), shared.get(key)),
    set: (...args) => ((count.operations += 1), shared.set(...args)),
    ...(watches && {
      watch: (key: string, onChange: () => void) => {
        count.watchers += 1
        count.mostWatchers = Math.max(count.mostWatchers, count.watchers)
        const stop = shared.watch(key, onChange)
        return () => {
          count.watchers -= 1
          stop()
        }
      },
    }),
  }
  return { store, count }
}

test.each([true, false])('100 waiters in 8 processes cost few operations (hints: %s)', async (watches) => {
  const desk = new Desk()
  desk.answer = () => {}
  const shared = new MemoryTokenStore()
  const ways = Array.from({ length: 8 }, () => counted(shared, { watches }))
  const sessions = ways.map(({ store }) => desk.session({ store }))
  const asked = watchAll(100, (index) => sessions[index % 8]!.grant())
  await desk.clock.advance(5_000)
  desk.last.grant()
  await desk.clock.advance(1_000)
  expect(asked.every(({ value }) => value?.token === 'token-1')).toBe(true)
  const operations = ways.reduce((sum, { count }) => sum + count.operations, 0)
  expect(operations).toBeLessThan(watches ? 150 : 200)
})

test('whoever waits watches once, from the first wait to the end', async () => {
  const desk = new Desk()
  desk.answer = () => {}
  const shared = new MemoryTokenStore()
  const { store, count } = counted(shared, { watches: true })
  watch(desk.session({ store: shared }).grant())
  await desk.clock.advance(0)
  const waiting = watch(desk.session({ store }).grant())
  await desk.clock.advance(4_000)
  expect(count).toMatchObject({ watchers: 1, mostWatchers: 1 })
  desk.last.grant()
  await desk.clock.advance(0)
  expect(waiting.value?.token).toBe('token-1')
  expect(count.watchers).toBe(0)
})

test('hints that stop coming cost a waiter no more than the lease', async () => {
  const desk = new Desk()
  desk.answer = () => {}
  const shared = new MemoryTokenStore()
  let isDead = false
  const mortal: TokenStore = {
    get: (key) => shared.get(key),
    set: (...args) => (isDead ? new Promise(() => {}) : shared.set(...args)),
  }
  watch(desk.session({ store: mortal }).grant())
  await desk.clock.advance(0)
  watch(desk.session({ store: counted(shared, { watches: true }).store }).grant())
  await desk.clock.advance(2_600)
  isDead = true
  await desk.clock.advance(4_800)
  expect(desk.attempts).toHaveLength(1)
  await desk.clock.advance(1_000)
  expect(desk.attempts).toHaveLength(2)
})
