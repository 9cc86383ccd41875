import { LatchkeyError } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { Desk } from '../support/desk.ts'
import { eventsOn } from '../support/events.ts'
import { watch } from '../support/outcomes.ts'

const hold = (): void => {}

test('close lets go of this process and logs nobody out', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const leaving = desk.session({ store })
  const staying = desk.session({ store })
  await leaving.grant()
  await leaving.close()
  expect(desk.loggedOut).toEqual([])
  expect((await staying.grant()).token).toBe('token-1')
  await expect(leaving.grant()).rejects.toMatchObject({ code: 'SESSION_CLOSED' })
})

test('await using closes', async () => {
  const desk = new Desk()
  let kept
  {
    await using session = desk.session()
    await session.grant()
    kept = session
  }
  await expect(kept.grant()).rejects.toBeInstanceOf(LatchkeyError)
  expect(desk.loggedOut).toEqual([])
})

test('close sends away those who wait for another process, and leaves no timer', async () => {
  const desk = new Desk()
  desk.answer = hold
  const store = new MemoryTokenStore()
  const flying = desk.session({ store })
  const asked = watch(flying.grant())
  await desk.clock.advance(0)
  const before = desk.clock.pending
  const waiting = desk.session({ store })
  const waiter = watch(waiting.grant())
  await desk.clock.advance(100)
  await waiting.close()
  expect(waiter.error).toMatchObject({ code: 'SESSION_CLOSED' })
  expect(desk.clock.pending).toBe(before)
  desk.last.grant()
  await asked.promise
})

test('close sees a login under way through, so that its session is not lost', async () => {
  const desk = new Desk()
  desk.answer = hold
  const store = new MemoryTokenStore()
  const session = desk.session({ store })
  const asked = watch(session.grant())
  await desk.clock.advance(0)
  const closed = watch(session.close())
  await desk.clock.advance(100)
  expect(closed.state).toBe('pending')
  desk.last.grant()
  await closed.promise
  expect(asked.value?.token).toBe('token-1')
  expect((await desk.session({ store }).grant()).token).toBe('token-1')
})

test('close ends a refresh that waits for another process, and leaves no timer', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.grant({ expiresAt: desk.clock.now() + 100_000 })
  const store = new MemoryTokenStore()
  const flying = desk.session({ store })
  const waiting = desk.session({ store })
  await flying.grant()
  await waiting.grant()
  await desk.clock.advance(85_000)
  desk.answer = hold
  await flying.grant()
  await desk.clock.advance(0)
  const before = desk.clock.holding
  await waiting.grant()
  await desk.clock.advance(100)
  expect(desk.clock.holding).toBeGreaterThan(before)
  const closed = watch(waiting.close())
  await desk.clock.advance(0)
  expect(closed.state).toBe('resolved')
  expect(desk.clock.holding).toBe(before)
  expect(desk.attempts).toHaveLength(2)
})

test('a login that fails during close is not tried again', async () => {
  const desk = new Desk()
  desk.answer = hold
  const session = desk.session()
  const asked = watch(session.grant())
  await desk.clock.advance(0)
  const closed = watch(session.close())
  desk.last.fail(new Error('down'))
  await desk.clock.advance(5_000)
  expect(closed.state).toBe('resolved')
  expect(asked.error).toMatchObject({ code: 'SESSION_CLOSED' })
  expect(desk.attempts).toHaveLength(1)
})

test('logout ends the session on the server and for everyone, and the next request logs in anew', async () => {
  using logouts = eventsOn('latchkey:logout')
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const session = desk.session({ store })
  const other = desk.session({ store })
  await session.grant()
  await other.grant()
  await session.logout()
  expect(desk.loggedOut).toEqual(['token-1'])
  expect(logouts.events).toEqual([{ subject: 'desk.example/user', reason: 'requested' }])
  expect((await session.status()).live).toBe(false)
  await other.reject(await other.grant())
  expect((await other.grant()).token).toBe('token-2')
})

test('a session is not alive again behind a logout: a login under way elsewhere does not count', async () => {
  const desk = new Desk()
  desk.answer = hold
  const store = new MemoryTokenStore()
  const flying = watch(desk.session({ store }).grant())
  await desk.clock.advance(0)
  await desk.session({ store }).logout()
  desk.attempts[0]!.grant()
  await desk.clock.advance(0)
  expect(desk.loggedOut).toEqual(['token-1'])
  desk.attempts[1]!.grant()
  await desk.clock.advance(100)
  expect(flying.value?.token).toBe('token-2')
})

test('logout during a login of its own ends that login’s session', async () => {
  const desk = new Desk()
  desk.answer = hold
  const session = desk.session()
  watch(session.grant())
  await desk.clock.advance(0)
  const loggedOut = watch(session.logout())
  await desk.clock.advance(10)
  desk.last.grant()
  await loggedOut.promise
  expect([...desk.live]).toEqual([])
})

test('logout without a session asks nothing of the server', async () => {
  const desk = new Desk()
  await desk.session().logout()
  expect(desk.loggedOut).toEqual([])
  expect(desk.attempts).toHaveLength(0)
})

test('logout that the server does not confirm says so, and the grant is gone from the store all the same', async () => {
  const desk = new Desk()
  const cause = new Error('502')
  const session = desk.session({ authenticator: desk.authenticator({ logout: () => Promise.reject(cause) }) })
  await session.grant()
  await expect(session.logout()).rejects.toMatchObject({ code: 'LOGOUT_FAILED', cause })
  expect((await session.status()).live).toBe(false)
})

test('logout works after close', async () => {
  const desk = new Desk()
  const session = desk.session()
  await session.grant()
  await session.close()
  await session.logout()
  expect([...desk.live]).toEqual([])
})
