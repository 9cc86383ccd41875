import { type TokenStore, TokenStoreError } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { CutStore } from '../support/cut-store.ts'
import { Desk } from '../support/desk.ts'
import { eventsOn } from '../support/events.ts'
import { watch, watchAll } from '../support/outcomes.ts'

test('a session in use goes on without the store, untouched', async () => {
  const desk = new Desk()
  const store = new CutStore()
  const session = desk.session({ store })
  await session.grant()
  store.cut = 'hangs'
  const before = store.operations
  for (let call = 0; call < 100; call += 1) expect((await session.grant()).token).toBe('token-1')
  expect(store.operations).toBe(before)
})

test.each(['hangs', 'fails', 'full'] as const)(
  'a store that %s is not an empty one: nobody logs in past it before it has been gone for seconds',
  async (cut) => {
    const desk = new Desk()
    const store = new CutStore()
    store.cut = cut
    const asked = watch(desk.session({ store }).grant())
    await desk.clock.advance(2_900)
    expect(desk.attempts).toHaveLength(0)
    expect(asked.state).toBe('pending')
  },
)

test('a store that comes back in time costs nothing', async () => {
  const desk = new Desk()
  const shared = new MemoryTokenStore()
  await desk.session({ store: shared }).grant()
  const store = new CutStore(shared)
  store.cut = 'hangs'
  const asked = watch(desk.session({ store }).grant())
  await desk.clock.advance(2_500)
  store.cut = 'none'
  await desk.clock.advance(1_000)
  expect(asked.value?.token).toBe('token-1')
  expect(desk.attempts).toHaveLength(1)
})

test.each(['hangs', 'fails', 'full'] as const)(
  'a process goes on alone when the store %s for long, and publishes its grant when it is back',
  async (cut) => {
    using reports = eventsOn('latchkey:store')
    const desk = new Desk()
    const shared = new MemoryTokenStore()
    const store = new CutStore(shared)
    store.cut = cut
    const session = desk.session({ store })
    const asked = watchAll(20, () => session.grant())
    await desk.clock.advance(6_000)
    expect(asked.map(({ value }) => value?.token)).toEqual(Array(20).fill('token-1'))
    expect(desk.attempts).toHaveLength(1)
    expect(reports.events.map(({ event }) => event)).toContain('outage')

    store.cut = 'none'
    await desk.clock.advance(60_000)
    expect(reports.events.map(({ event }) => event)).toContain('recovered')
    expect((await desk.session({ store: shared }).grant()).token).toBe('token-1')
    expect(desk.attempts).toHaveLength(1)
    expect(desk.loggedOut).toEqual([])
  },
)

test('processes that went on alone come together on one grant and end the surplus', async () => {
  const desk = new Desk()
  const shared = new MemoryTokenStore()
  const stores = Array.from({ length: 4 }, () => new CutStore(shared))
  const sessions = stores.map((store) => desk.session({ store }))
  for (const session of sessions) await session.run(() => 'served')
  for (const store of stores) store.cut = 'fails'
  desk.live.clear()
  const grant = await sessions[0]!.grant()
  const asked = sessions.map((session) => watch(session.reject(grant).then(() => session.grant())))
  await desk.clock.advance(6_000)
  expect(asked.every(({ state }) => state === 'resolved')).toBe(true)
  expect(desk.attempts).toHaveLength(1 + 4)

  for (const store of stores) store.cut = 'none'
  await desk.clock.advance(60_000)
  const together = await Promise.all(sessions.map((session) => session.grant()))
  expect(new Set(together.map(({ token }) => token)).size).toBe(1)
  expect([...desk.live]).toEqual([together[0]!.token])
  expect(desk.attempts).toHaveLength(5)
})

test('alone, a process keeps to a login budget and to holds of its own', async () => {
  const desk = new Desk()
  const store = new CutStore()
  store.cut = 'fails'
  const session = desk.session({ store, loginBudget: { limit: 2, window: 600_000 } })
  for (let login = 0; login < 2; login += 1) {
    const asked = watch(session.run((grant) => grant))
    await desk.clock.until(() => asked.state !== 'pending', 10_000)
    await session.reject(asked.value!)
  }
  const third = watch(session.grant())
  await desk.clock.advance(1_000)
  expect(third.error).toMatchObject({ code: 'LOGIN_THROTTLED' })
  expect(desk.attempts).toHaveLength(2)
})

test('with storeFailure fail a login without the store is an error that says so', async () => {
  const desk = new Desk()
  const store = new CutStore()
  store.cut = 'fails'
  const asked = watch(desk.session({ store, storeFailure: 'fail' }).grant())
  await desk.clock.advance(6_000)
  expect(asked.error).toBeInstanceOf(TokenStoreError)
  expect((asked.error as Error).cause).toMatchObject({ message: 'connection lost' })
  expect(desk.attempts).toHaveLength(0)
})

test('with storeFailure fail a grant that could not be published is logged out', async () => {
  const desk = new Desk()
  desk.answer = (): void => {}
  const store = new CutStore()
  const asked = watch(desk.session({ store, storeFailure: 'fail' }).grant())
  await desk.clock.advance(10)
  store.cut = 'fails'
  desk.last.grant()
  await desk.clock.advance(10_000)
  expect(asked.error).toBeInstanceOf(TokenStoreError)
  expect(desk.loggedOut).toEqual(['token-1'])
})

test('a dead grant that the returning store still offers is not believed', async () => {
  const desk = new Desk()
  const store = new CutStore()
  const session = desk.session({ store })
  const dead = await session.run((grant) => grant)
  store.cut = 'fails'
  await session.reject(dead)
  store.cut = 'none'
  expect((await session.grant()).token).toBe('token-2')
})

test('a commit whose reply is lost is found done', async () => {
  const desk = new Desk()
  const shared = new MemoryTokenStore()
  let writes = 0
  const store: TokenStore = {
    get: (key) => shared.get(key),
    set: async (...args) => {
      const version = await shared.set(...args)
      writes += 1
      return writes <= 2 ? new Promise(() => {}) : version
    },
  }
  const asked = watch(desk.session({ store }).grant())
  await desk.clock.advance(2_500)
  expect(asked.value?.token).toBe('token-1')
  expect(desk.attempts).toHaveLength(1)
  expect(desk.loggedOut).toEqual([])
})

test('a store that lost everything costs one login once the grant dies, and counts from one again', async () => {
  const desk = new Desk()
  let shared = new MemoryTokenStore()
  const store: TokenStore = { get: (key) => shared.get(key), set: (...args) => shared.set(...args) }
  const sessions = [desk.session({ store }), desk.session({ store })]
  const served = watchAll(2, (index) => sessions[index]!.run((grant) => grant))
  await desk.clock.advance(1_000)
  const grants = served.map(({ value }) => value!)
  shared = new MemoryTokenStore()
  await Promise.all(sessions.map((session, index) => session.reject(grants[index]!)))
  const asked = watchAll(2, (index) => sessions[index]!.grant())
  await desk.clock.advance(1_000)
  expect(asked.map(({ value }) => [value?.token, value?.generation])).toEqual([
    ['token-2', 1],
    ['token-2', 1],
  ])
})

test('status tells an unreachable store from an empty one', async () => {
  const desk = new Desk()
  const store = new CutStore()
  const session = desk.session({ store })
  await session.grant()
  expect(await session.status()).toMatchObject({ store: 'ok', live: true })
  store.cut = 'fails'
  expect(await session.status()).toMatchObject({ store: 'unavailable', live: true, generation: 1 })
})

test('a store that breaks the contract is a store failure that says how', async () => {
  const desk = new Desk()
  const store = { get: async () => 'text', set: async () => undefined } as unknown as TokenStore
  const asked = watch(desk.session({ store, storeFailure: 'fail' }).grant())
  await desk.clock.advance(6_000)
  expect(asked.error).toBeInstanceOf(TokenStoreError)
  expect((asked.error as Error).cause).toMatchObject({
    message: 'get() must resolve to a document or undefined, but resolved to a string of 4 characters',
  })
})

test.each<[string, () => unknown]>([
  ['throws', () => expect.fail('not connected')],
  ['returns a promise', () => Promise.resolve(() => {})],
  ['cannot be stopped', () => () => expect.fail('not connected')],
])('a watch that %s is reported, and who waits polls', async (_what, watchDocument) => {
  using reports = eventsOn('latchkey:store')
  const desk = new Desk()
  desk.answer = () => {}
  const store = new MemoryTokenStore()
  const flying = watch(desk.session({ store }).grant())
  await desk.clock.advance(0)
  const careless = { get: store.get.bind(store), set: store.set.bind(store), watch: watchDocument as never }
  const waiting = watch(desk.session({ store: careless }).grant())
  await desk.clock.advance(1_000)
  desk.last.grant()
  await desk.clock.advance(1_000)
  expect([flying.value?.token, waiting.value?.token]).toEqual(['token-1', 'token-1'])
  expect(reports.events[0]?.error).toMatchObject({ message: 'The token store failed to watch' })
})
