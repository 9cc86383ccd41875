import type { Session, TokenStore } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { CutStore } from '../support/cut-store.ts'
import { Desk } from '../support/desk.ts'
import { watch } from '../support/outcomes.ts'

const probing = (desk: Desk) => ({
  authenticator: desk.authenticator({ probe: async ({ token }) => desk.live.has(token) }),
})

/** Uses the sessions after longer than a process in use goes without a look at the store, and lets them look. */
async function look(desk: Desk, ...sessions: Session[]): Promise<void> {
  await desk.clock.advance(100_000)
  await Promise.all(sessions.map((session) => session.grant()))
  await desk.clock.advance(1)
}

/** One store for all, whose data can be lost. */
function losable(): { store: TokenStore; lose: () => void } {
  let documents = new MemoryTokenStore()
  return {
    store: { get: (key) => documents.get(key), set: (...args) => documents.set(...args) },
    lose: () => (documents = new MemoryTokenStore()),
  }
}

test('a grant made alone that a reset has ended meanwhile is not published', async () => {
  const desk = new Desk()
  const shared = new MemoryTokenStore()
  const store = new CutStore(shared)
  store.cut = 'fails'
  const session = desk.session({ store, ...probing(desk) })
  const alone = watch(session.grant())
  await desk.clock.advance(6_000)
  expect(alone.value?.token).toBe('token-1')

  desk.live.clear()
  store.cut = 'none'
  await desk.clock.advance(60_000)
  const newcomer = await desk.session({ store: shared }).grant()
  expect(newcomer.token).toBe('token-2')
  expect((await session.grant()).token).toBe('token-2')
  expect(desk.attempts).toHaveLength(2)
})

test('a grant in use that the store lost is put back, so that newcomers log in no more', async () => {
  const desk = new Desk()
  const { store, lose } = losable()
  const session = desk.session({ store, ...probing(desk) })
  await session.grant()
  lose()
  await look(desk, session)
  expect((await desk.session({ store }).grant()).token).toBe('token-1')
  expect(desk.attempts).toHaveLength(1)
  expect(await session.status()).toMatchObject({ generation: 1, live: true })
})

test('a dead grant is not put back into a store that lost it', async () => {
  const desk = new Desk()
  const { store, lose } = losable()
  const session = desk.session({ store, ...probing(desk) })
  await session.grant()
  lose()
  desk.live.clear()
  await look(desk, session)
  expect((await desk.session({ store }).grant()).token).toBe('token-2')
})

test('two that use different grants after the store lost its data come to use one, and end neither', async () => {
  const desk = new Desk()
  const { store, lose } = losable()
  const [old, young] = [desk.session({ store, ...probing(desk) }), desk.session({ store, ...probing(desk) })]
  await old.run((grant) => grant)
  await old.reject(await old.grant())
  await old.grant()
  lose()
  expect((await young.grant()).token).toBe('token-3')
  await look(desk, old, young)
  await look(desk, old, young)
  expect((await old.grant()).token).toBe((await young.grant()).token)
  expect(desk.loggedOut).toEqual([])
  expect(desk.attempts).toHaveLength(3)
})

test('a logout is not undone by who did not hear of it', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const [one, other] = [desk.session({ store, ...probing(desk) }), desk.session({ store, ...probing(desk) })]
  await Promise.all([one.grant(), other.grant()])
  await one.logout()
  await look(desk, other)
  expect(await other.status()).toMatchObject({ live: false })
})

test('a session in use asks the store at most once a minute, and an idle one not at all', async () => {
  const desk = new Desk()
  const store = new CutStore()
  const session = desk.session({ store })
  await session.grant()
  const before = store.operations
  for (let second = 0; second < 600; second += 1) {
    await session.grant()
    await desk.clock.advance(1_000)
  }
  const looks = store.operations - before
  expect(looks).toBeGreaterThan(4)
  expect(looks).toBeLessThanOrEqual(10)

  const idle = store.operations
  await desk.clock.advance(3_600_000)
  expect(store.operations).toBe(idle)
})

test('close waits for a look under way', async () => {
  const desk = new Desk()
  const inner = new MemoryTokenStore()
  let gate: Promise<void> | undefined
  const store: TokenStore = {
    get: async (key) => {
      await gate
      return inner.get(key)
    },
    set: (...args) => inner.set(...args),
  }
  const session = desk.session({ store })
  await session.grant()
  await desk.clock.advance(100_000)
  const { promise, resolve } = Promise.withResolvers<void>()
  gate = promise
  await session.grant()
  const closed = watch(session.close())
  await desk.clock.advance(1)
  expect(closed.state).toBe('pending')
  resolve()
  await desk.clock.advance(1)
  expect(closed.state).toBe('resolved')
  expect(desk.clock.pending).toBe(0)
})
