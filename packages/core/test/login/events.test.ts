import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { Desk } from '../support/desk.ts'
import { eventsOn, loginEvents } from '../support/events.ts'
import { watch } from '../support/outcomes.ts'

test('a reset says how old the session was and how many logins were our own', async () => {
  using resets = eventsOn('latchkey:reset')
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const session = desk.session({ store })
  const first = await session.run((grant) => grant)
  await desk.clock.advance(24 * 3_600_000)
  await session.reject(first)
  expect(resets.events).toEqual([
    { subject: 'desk.example/user', generation: 1, age: 24 * 3_600_000, worked: true, recentLogins: 0 },
  ])

  const second = await session.grant()
  await desk.clock.advance(10)
  await session.reject(second)
  expect(resets.events[1]).toEqual({
    subject: 'desk.example/user',
    generation: 2,
    age: 10,
    worked: false,
    recentLogins: 1,
  })
  expect((await session.status()).lastReset).toEqual({ at: desk.clock.now(), age: 10 })
})

test('each process reports a reset once, however many of its requests met it', async () => {
  using resets = eventsOn('latchkey:reset')
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const sessions = [desk.session({ store }), desk.session({ store })]
  const grants = await Promise.all(sessions.map((session) => session.run((grant) => grant)))
  await Promise.all([...sessions, ...sessions].map((session, index) => session.reject(grants[index % 2]!)))
  expect(resets.events).toHaveLength(2)
})

test('every login says why: first, reset, expired, takeover', async () => {
  using logins = loginEvents()
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const session = desk.session({ store, refreshAhead: 0 })
  await session.reject(await session.run((grant) => grant))
  desk.answer = (attempt) => attempt.grant({ expiresAt: desk.clock.now() + 1_000 })
  await session.grant()
  await desk.clock.advance(1_000)
  desk.answer = (attempt) => attempt.grant()
  await session.reject(await session.run((grant) => grant))

  desk.answer = (): void => {}
  const mute = { get: store.get.bind(store), set: store.set.bind(store) }
  watch(desk.session({ store: mute }).grant())
  await desk.clock.advance(0)
  mute.set = () => new Promise(() => {})
  const waiter = watch(session.grant())
  await desk.clock.advance(7_000)
  desk.last.grant()
  await waiter.promise
  expect(logins.events.map(({ reason }) => reason)).toEqual(['first', 'reset', 'expired', 'takeover'])
  expect(logins.events.map(({ recentLogins }) => recentLogins)).toEqual([1, 2, 3, 5])
  expect(new Set(logins.events.map(({ owner }) => owner)).size).toBe(4)
})

test('status tells what people ask: live, age, hold, recent logins, and logs nobody in', async () => {
  const desk = new Desk()
  const session = desk.session()
  expect(await session.status()).toMatchObject({
    live: false,
    generation: 0,
    age: undefined,
    recentLogins: 0,
    store: 'ok',
  })
  expect(desk.attempts).toHaveLength(0)
  await session.grant()
  await desk.clock.advance(5_000)
  expect(await session.status()).toMatchObject({
    subject: 'desk.example/user',
    live: true,
    generation: 1,
    age: 5_000,
    recentLogins: 1,
    loggingIn: false,
  })
  await session.reject(await session.grant())
  desk.answer = (attempt) => attempt.refuse()
  await session.grant().catch(() => {})
  expect(await session.status()).toMatchObject({
    live: false,
    hold: { reason: 'refused', until: desk.clock.now() + 60_000 },
  })
})
