import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { Desk } from '../support/desk.ts'
import { eventsOn, loginEvents } from '../support/events.ts'
import { Hold } from '../support/hold.ts'
import { watch, watchAll } from '../support/outcomes.ts'

const hold = (): void => {}

test('all who wait share one login', async () => {
  const desk = new Desk()
  const session = desk.session()
  const grants = await Promise.all(Array.from({ length: 100 }, () => session.grant()))
  expect(new Set(grants.map(({ token }) => token))).toEqual(new Set(['token-1']))
  expect(desk.attempts).toHaveLength(1)
})

test('sessions that share a store share one login, and one of them adopts', async () => {
  using adopted = eventsOn('latchkey:adopt')
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const sessions = [desk.session({ store }), desk.session({ store }), desk.session({ store })]
  const asked = sessions.map((session) => watch(session.grant()))
  await desk.clock.advance(1_000)
  expect(asked.map(({ value }) => value?.token)).toEqual(['token-1', 'token-1', 'token-1'])
  expect(desk.attempts).toHaveLength(1)
  expect(adopted.events).toHaveLength(2)
})

test('a flight that ends does not end the next one', async () => {
  const desk = new Desk()
  desk.answer = hold
  const session = desk.session()
  const first = watch(session.grant())
  await desk.clock.advance(0)
  desk.last.grant()
  const grant = await first.promise
  await session.reject(grant)
  const second = watchAll(3, () => session.grant())
  await desk.clock.advance(0)
  expect(desk.attempts).toHaveLength(2)
  const third = watchAll(3, () => session.grant())
  await desk.clock.advance(0)
  expect(desk.attempts).toHaveLength(2)
  desk.last.grant()
  await desk.clock.advance(0)
  expect([...second, ...third].map(({ value }) => value?.token)).toEqual(Array(6).fill('token-2'))
})

test('the abort of one caller harms no other, nor the login', async () => {
  const desk = new Desk()
  desk.answer = hold
  const session = desk.session()
  const controller = new AbortController()
  const impatient = watch(session.grant({ signal: controller.signal }))
  const patient = watch(session.grant())
  await desk.clock.advance(0)
  controller.abort(new Error('gone home'))
  await desk.clock.advance(0)
  expect(impatient).toMatchObject({ state: 'rejected', error: new Error('gone home') })
  expect(desk.last.context.signal.aborted).toBe(false)
  desk.last.grant()
  expect((await patient.promise).token).toBe('token-1')
})

test('a login under way is seen through even if every caller is gone, and serves the next', async () => {
  const desk = new Desk()
  desk.answer = hold
  const session = desk.session()
  const controller = new AbortController()
  const asked = watch(session.grant({ signal: controller.signal }))
  await desk.clock.advance(0)
  controller.abort()
  await desk.clock.advance(0)
  expect(asked.state).toBe('rejected')
  desk.last.grant()
  await desk.clock.advance(0)
  expect((await session.grant()).token).toBe('token-1')
  expect(desk.attempts).toHaveLength(1)
})

test('a caller that is aborted already starts nothing', async () => {
  const desk = new Desk()
  const session = desk.session()
  await expect(session.grant({ signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late')
  expect(desk.attempts).toHaveLength(0)
})

test('a caller that is aborted while the store is read logs nobody in', async () => {
  const desk = new Desk()
  const read = new Hold()
  const store = new MemoryTokenStore()
  const get = store.get.bind(store)
  store.get = async (key) => read.pass().then(() => get(key))
  const controller = new AbortController()
  const asked = watch(desk.session({ store }).grant({ signal: controller.signal }))
  await desk.clock.advance(0)
  controller.abort()
  read.release()
  await desk.clock.advance(1_000)
  expect(asked.state).toBe('rejected')
  expect(desk.attempts).toHaveLength(0)
})

test('nobody polls for a session that nobody waits for', async () => {
  const desk = new Desk()
  desk.answer = hold
  const store = new MemoryTokenStore()
  void desk
    .session({ store })
    .grant()
    .catch(() => {})
  await desk.clock.advance(10)
  const controller = new AbortController()
  const waiting = watch(desk.session({ store }).grant({ signal: controller.signal }))
  await desk.clock.advance(100)
  const before = desk.clock.pending
  controller.abort()
  await desk.clock.advance(600)
  expect(waiting.state).toBe('rejected')
  expect(desk.clock.pending).toBeLessThan(before)
})

test('two users in one process share nothing', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const alice = desk.session({ store, authenticator: desk.authenticator({ subject: 'desk.example/alice' }) })
  const bob = desk.session({ store, authenticator: desk.authenticator({ subject: 'desk.example/bob' }) })
  desk.answer = (attempt) => (desk.attempts.length === 1 ? attempt.refuse() : attempt.grant())
  await expect(alice.grant()).rejects.toMatchObject({ code: 'LOGIN_REFUSED', subject: 'desk.example/alice' })
  const bobs = await bob.grant()
  expect(bobs.token).toBe('token-2')
  await bob.reject(bobs)
  expect((await alice.status()).hold?.reason).toBe('refused')
  expect((await bob.status()).hold).toBeUndefined()
})

test('a new password meets neither the old session nor its hold', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const old = await desk.session({ store }).grant()
  const changed = desk.session({ store, authenticator: desk.authenticator({ fingerprint: 'second-password' }) })
  expect((await changed.grant()).id).not.toBe(old.id)

  desk.answer = (attempt) => attempt.refuse()
  await expect(
    desk.session({ store, authenticator: desk.authenticator({ fingerprint: 'wrong' }) }).grant(),
  ).rejects.toThrow('Wrong password')
  desk.answer = (attempt) => attempt.grant()
  const corrected = desk.session({ store, authenticator: desk.authenticator({ fingerprint: 'right' }) })
  expect((await corrected.grant()).token).toBe('token-4')
})

test('each published grant is one event, however many wait for it', async () => {
  using logins = loginEvents()
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const sessions = [desk.session({ store }), desk.session({ store })]
  const asked = watchAll(40, (index) => sessions[index % 2]!.grant())
  await desk.clock.advance(1_000)
  const [{ value: grant }] = asked as [(typeof asked)[0]]
  await Promise.all(sessions.map((session) => session.reject(grant!)))
  await Promise.all(
    watchAll(40, (index) => sessions[index % 2]!.grant()).map(({ promise }) =>
      desk.clock.until(() => false, 50).then(() => promise),
    ),
  )
  expect(logins.events.map(({ generation, reason }) => [generation, reason])).toEqual([
    [1, 'first'],
    [2, 'reset'],
  ])
})
