import type { Grant } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { Desk } from '../support/desk.ts'
import { loginEvents } from '../support/events.ts'
import { watch } from '../support/outcomes.ts'

const hour = 3_600_000
const minute = 60_000

/** A desk whose grants live for `life` ms. */
function expiring(life: number): Desk {
  const desk = new Desk()
  desk.answer = (attempt) =>
    attempt.grant({ expiresAt: desk.clock.now() + life, refreshToken: `refresh-${desk.attempts.length}` })
  return desk
}

test('a grant is refreshed ahead of its expiry while it still serves', async () => {
  using logins = loginEvents()
  const desk = expiring(hour)
  const session = desk.session()
  await session.grant()
  await desk.clock.advance(hour - 5 * minute - 1)
  await session.grant()
  expect(desk.attempts).toHaveLength(1)
  await desk.clock.advance(1)
  expect((await session.grant()).token).toBe('token-1')
  await desk.clock.advance(0)
  expect((await session.grant()).token).toBe('token-2')
  expect(desk.attempts[1]!.context.previous?.refreshToken).toBe('refresh-1')
  expect(logins.events.map(({ reason }) => reason)).toEqual(['first', 'refresh'])
  expect(desk.loggedOut).toEqual([])
})

test('the refresh window is at most a fifth of the life, so a short life means no login per call', async () => {
  const desk = expiring(10_000)
  const session = desk.session({ refreshAhead: 300_000 })
  for (let call = 0; call < 8; call += 1) {
    await session.grant()
    await desk.clock.advance(999)
  }
  expect(desk.attempts).toHaveLength(1)
  await desk.clock.advance(8)
  await session.grant()
  await desk.clock.advance(0)
  expect(desk.attempts).toHaveLength(2)
})

test('processes refresh once between them', async () => {
  const desk = expiring(hour)
  const store = new MemoryTokenStore()
  const sessions = [desk.session({ store }), desk.session({ store }), desk.session({ store })]
  for (const session of sessions) await session.grant()
  await desk.clock.advance(hour - minute)
  const old = await Promise.all(sessions.map((session) => session.grant()))
  expect(old.map(({ token }) => token)).toEqual(['token-1', 'token-1', 'token-1'])
  await desk.clock.advance(1_000)
  const renewed = await Promise.all(sessions.map((session) => session.grant()))
  expect(renewed.map(({ token }) => token)).toEqual(['token-2', 'token-2', 'token-2'])
  expect(desk.attempts).toHaveLength(2)
})

test('a refresh that fails is an event and a pause, never an unhandled rejection, and the grant serves on', async () => {
  const unhandled: unknown[] = []
  const collect = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', collect)
  using logins = loginEvents()
  const desk = expiring(hour)
  const session = desk.session()
  await session.grant()
  desk.answer = (attempt) => attempt.throttle(30_000)
  await desk.clock.advance(hour - 4 * minute)
  for (let call = 0; call < 10; call += 1) {
    expect((await session.grant()).token).toBe('token-1')
    await desk.clock.advance(2_000)
  }
  expect(desk.attempts).toHaveLength(2)
  expect(logins.events.map(({ error }) => (error as { code?: string } | undefined)?.code)).toEqual([
    undefined,
    'LOGIN_THROTTLED',
  ])
  expect(unhandled).toEqual([])
  process.off('unhandledRejection', collect)
})

test('an expired grant is replaced before it is used, however long the process slept', async () => {
  const desk = expiring(hour)
  const session = desk.session()
  await session.grant()
  desk.clock.epoch += 10 * hour
  expect((await session.grant()).token).toBe('token-2')
})

test('a grant without an expiry is never refreshed', async () => {
  const desk = new Desk()
  const session = desk.session()
  await session.grant()
  await desk.clock.advance(1_000 * hour)
  expect((await session.grant()).token).toBe('token-1')
})

test('a token that no login can replace is neither refreshed nor refused, and its reset surfaces', async () => {
  const desk = expiring(hour)
  const session = desk.session({ authenticator: desk.authenticator({ renewable: false }) })
  await session.grant()
  await desk.clock.advance(hour + 1)
  expect((await session.grant()).token).toBe('token-1')
  let calls = 0
  const unauthorized = Object.assign(new Error('401'), { status: 401 })
  const work = watch(
    session.run(() => {
      calls += 1
      throw unauthorized
    }),
  )
  await desk.clock.advance(0)
  expect(work.error).toBe(unauthorized)
  expect([calls, desk.attempts.length]).toEqual([1, 1])
})

test('a reset hands the refresh token of the dead grant to the next login', async () => {
  const desk = expiring(hour)
  const store = new MemoryTokenStore()
  const grant: Grant = await desk.session({ store }).grant()
  await desk.session({ store }).reject(grant)
  await desk.session({ store }).grant()
  expect(desk.last.context.previous).toMatchObject({ id: grant.id, refreshToken: 'refresh-1' })
})

test('a refresh that is asked for replaces a grant that still serves, once for all who ask', async () => {
  const desk = new Desk()
  const session = desk.session()
  const first = await session.grant()
  desk.answer = () => {}
  const asked = [session.refresh(), session.refresh(), session.refresh()]
  await desk.clock.advance(0)
  expect((await session.grant()).id).toBe(first.id)
  desk.attempts[1]!.grant()
  const refreshed = await Promise.all(asked)
  expect(refreshed.map(({ token }) => token)).toEqual(['token-2', 'token-2', 'token-2'])
  expect((await session.grant()).token).toBe('token-2')
  expect(desk.attempts).toHaveLength(2)
  expect(desk.loggedOut).toEqual([])
})

test('refreshes in a row are no strikes: no hold follows', async () => {
  const desk = new Desk()
  const session = desk.session({ loginBudget: { limit: 100, window: minute } })
  for (let turn = 1; turn <= 8; turn += 1) expect((await session.refresh()).token).toBe(`token-${turn}`)
  expect((await session.status()).hold).toBeUndefined()
})

test('a refresh adopts what another process has put in the place of the grant', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const [one, other] = [desk.session({ store }), desk.session({ store })]
  await one.grant()
  await other.grant()
  await one.refresh()
  expect((await other.refresh()).token).toBe('token-2')
  expect(desk.attempts).toHaveLength(2)
})

test('a refresh that fails leaves the grant in use', async () => {
  const desk = new Desk()
  const session = desk.session()
  const first = await session.grant()
  desk.answer = (attempt) => attempt.refuse()
  await expect(session.refresh()).rejects.toMatchObject({ code: 'LOGIN_REFUSED' })
  expect((await session.grant()).id).toBe(first.id)
})

test('a session that was closed refreshes nothing', async () => {
  const desk = new Desk()
  const session = desk.session()
  await session.grant()
  await session.close()
  await expect(session.refresh()).rejects.toMatchObject({ code: 'SESSION_CLOSED' })
})

test('a logout calls off a refresh ahead that has not begun, so that nobody is logged in behind its back', async () => {
  const desk = expiring(hour)
  const session = desk.session()
  await session.grant()
  await desk.clock.advance(hour - minute)
  const [served, ended] = [session.grant(), session.logout()]
  expect((await served).token).toBe('token-1')
  await ended
  await desk.clock.advance(minute)
  expect(desk.attempts).toHaveLength(1)
  expect((await session.status()).generation).toBe(1)
  expect((await session.grant()).token).toBe('token-2')
})

test.each([
  [true, undefined],
  [false, 'refresh-1'],
])('after a logout of which the server is told (%s) the next login is handed %s', async (revocable, refreshToken) => {
  const desk = expiring(hour)
  const session = desk.session({ authenticator: desk.authenticator({ revocable }) })
  await session.grant()
  await session.logout()
  expect((await session.grant()).token).toBe('token-2')
  expect(desk.attempts[1]!.context.previous?.refreshToken).toBe(refreshToken)
})

test('a refresh of what no login can replace asks nobody, and costs no budget', async () => {
  const desk = new Desk()
  const session = desk.session({ authenticator: desk.authenticator({ renewable: false }) })
  for (let turn = 0; turn < 30; turn += 1) expect((await session.refresh()).token).toBe('token-1')
  expect(desk.attempts).toHaveLength(1)
})
