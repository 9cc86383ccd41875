import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { CutStore } from '../support/cut-store.ts'
import { Desk } from '../support/desk.ts'
import { Hold } from '../support/hold.ts'
import { watch } from '../support/outcomes.ts'

test('a process that closes while it is alone ends the session that nobody else knows of', async () => {
  const desk = new Desk()
  const store = new CutStore()
  store.cut = 'fails'
  const session = desk.session({ store })
  const asked = watch(session.grant())
  await desk.clock.advance(6_000)
  expect(asked.state).toBe('resolved')
  await session.close()
  expect(desk.loggedOut).toEqual(['token-1'])
})

test('a login that ends alone, under close, leaves no session that nobody knows of, and no timer', async () => {
  const desk = new Desk()
  desk.answer = () => {}
  const store = new CutStore()
  store.cut = 'fails'
  const session = desk.session({ store })
  watch(session.grant())
  await desk.clock.advance(6_000)
  const closed = watch(session.close())
  await desk.clock.advance(0)
  desk.last.grant()
  await desk.clock.advance(0)
  expect(closed.state).toBe('resolved')
  expect(desk.loggedOut).toEqual(['token-1'])
  expect(desk.clock.pending).toBe(0)
})

test('close does not end a grant that is just being published', async () => {
  const desk = new Desk()
  const shared = new MemoryTokenStore()
  const store = new CutStore(shared)
  store.cut = 'fails'
  const session = desk.session({ store, storeTimeout: 60_000 })
  watch(session.grant())
  await desk.clock.advance(6_000)
  store.cut = 'none'
  const written = new Hold()
  const set = store.set.bind(store)
  store.set = async (...args) => written.pass().then(() => set(...args))
  await desk.clock.until(() => written.arrivals > 0, 60_000)
  const closed = watch(session.close())
  await desk.clock.advance(0)
  written.release()
  await closed.promise
  expect((await desk.session({ store: shared }).grant()).token).toBe('token-1')
  expect(desk.loggedOut).toEqual([])
})

test('alone, a process uses the shared grant that it has read of, and never ends it', async () => {
  const desk = new Desk()
  const shared = new MemoryTokenStore()
  await desk.session({ store: shared }).grant()
  const store = new CutStore(shared)
  const session = desk.session({ store })
  await session.status()
  store.cut = 'fails'
  const asked = watch(session.grant())
  await desk.clock.advance(6_000)
  expect(asked.value?.token).toBe('token-1')
  await session.close()
  expect(desk.loggedOut).toEqual([])
})
