import { type FreshGrant, LoginFailedError } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { Desk } from '../support/desk.ts'
import { eventsOn } from '../support/events.ts'
import { watch } from '../support/outcomes.ts'

const hold = (): void => {}

test('a login that never answers fails at loginTimeout, heeding the signal or not', async () => {
  const desk = new Desk()
  desk.answer = hold
  const asked = watch(desk.session({ loginTimeout: 5_000 }).grant())
  await desk.clock.advance(4_999)
  expect(asked.state).toBe('pending')
  await desk.clock.advance(1)
  expect(asked.error).toBeInstanceOf(LoginFailedError)
  expect(asked.error).toMatchObject({ message: 'The login took longer than 5000 ms' })
  expect(desk.last.context.signal.aborted).toBe(true)
})

test('a waiter fails at maxWait, while the login goes on', async () => {
  const desk = new Desk()
  desk.answer = hold
  const session = desk.session({ maxWait: 2_000 })
  const asked = watch(session.grant())
  await desk.clock.advance(1_000)
  const later = watch(session.grant())
  await desk.clock.advance(1_000)
  expect(asked.error).toMatchObject({
    code: 'SESSION_TIMEOUT',
    subject: 'desk.example/user',
    message: 'No session came about within 2000 ms',
  })
  expect(later.state).toBe('pending')
  desk.last.grant()
  expect((await later.promise).token).toBe('token-1')
})

test('a login that answers after its time is up is logged out', async () => {
  using logouts = eventsOn('latchkey:logout')
  const desk = new Desk()
  desk.answer = hold
  const session = desk.session({ loginTimeout: 5_000 })
  const asked = watch(session.grant())
  await desk.clock.advance(5_000)
  expect(asked.state).toBe('rejected')
  desk.last.grant()
  await desk.clock.advance(0)
  expect(desk.loggedOut).toEqual(['token-1'])
  expect(logouts.events).toEqual([{ subject: 'desk.example/user', reason: 'unpublished' }])
})

test('a login whose answer is of no use is logged out, where the answer tells which', async () => {
  const desk = new Desk()
  const useless: Partial<FreshGrant>[] = [{ expiresAt: 0 }, { refreshToken: '' }, { token: 'two\nlines' }]
  desk.answer = (attempt) => attempt.grant(useless[desk.attempts.length - 1])
  const asked = watch(desk.session().grant())
  await desk.clock.advance(60_000)
  expect(asked.value?.token).toBe('token-4')
  expect(desk.loggedOut).toEqual(['token-1', 'token-2'])
})

test('a login that answers rubbish after its time is up is no logout without a token', async () => {
  const desk = new Desk()
  desk.answer = hold
  const session = desk.session({ loginTimeout: 5_000 })
  watch(session.grant())
  await desk.clock.advance(5_000)
  desk.last.grant({ token: undefined as never })
  await desk.clock.advance(0)
  expect(desk.loggedOut).toEqual([])
})

/** Two logins under way: the first can't renew its lease, as if it were frozen, so a second has begun. */
async function loginTakenOver() {
  const desk = new Desk()
  desk.answer = hold
  const store = new MemoryTokenStore()
  const mute = { get: store.get.bind(store), set: store.set.bind(store) }
  const first = watch(desk.session({ store: mute, leaseTime: 1_000 }).grant())
  await desk.clock.advance(0)
  mute.set = () => new Promise(() => {})
  const second = watch(desk.session({ store, leaseTime: 1_000 }).grant())
  await desk.clock.advance(2_000)
  const thaw = (): void => void (mute.set = store.set.bind(store))
  return { desk, first, second, thaw }
}

test('a login that was overtaken by another is logged out, and the other is used', async () => {
  const { desk, first, second, thaw } = await loginTakenOver()
  expect(desk.attempts).toHaveLength(2)
  desk.attempts[1]!.grant()
  await desk.clock.advance(0)
  expect(second.value?.token).toBe('token-2')

  thaw()
  desk.attempts[0]!.grant()
  await desk.clock.advance(1_000)
  expect(first.value?.token).toBe('token-2')
  expect(desk.loggedOut).toEqual(['token-1'])
  expect([...desk.live]).toEqual(['token-2'])
})

test('a login slower than its lease still counts if it is the first to arrive', async () => {
  const { desk, first, second, thaw } = await loginTakenOver()
  thaw()
  desk.attempts[0]!.grant()
  await desk.clock.advance(1_000)
  expect(first.value?.token).toBe('token-1')
  desk.attempts[1]!.grant()
  await desk.clock.advance(0)
  expect(second.value?.token).toBe('token-1')
  expect(desk.loggedOut).toEqual(['token-2'])
})

test.each([
  ['no object', undefined, 'login()'],
  ['an empty token', { token: '' }, 'token'],
  ['a token with a line end', { token: 'abc\r\nSet-Cookie: x=y' }, 'token'],
  ['a token that is a number', { token: 12 }, 'token'],
  ['an expiry that is no number', { token: 'abc', expiresAt: 'tomorrow' }, 'expiresAt'],
  ['an expiry in seconds', { token: 'abc', expiresAt: 1_800_000_000 }, 'expiresAt'],
  ['an empty refresh token', { token: 'abc', refreshToken: '' }, 'refreshToken'],
])('a login that yields %s fails, naming the field and nothing of its content', async (_what, fresh, field) => {
  const desk = new Desk()
  const authenticator = desk.authenticator({ login: async () => fresh as never })
  const asked = watch(desk.session({ authenticator }).grant())
  await desk.clock.advance(5_000)
  const { error } = asked
  expect(error).toBeInstanceOf(LoginFailedError)
  expect((error as Error).message).toContain(`The login yielded no grant: ${field} takes`)
  expect((error as Error).message).not.toMatch(/Set-Cookie|tomorrow/)
})
