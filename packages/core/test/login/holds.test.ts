import { LoginFailedError, LoginRefusedError, LoginThrottledError, type Session } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { Desk } from '../support/desk.ts'
import { eventsOn } from '../support/events.ts'
import { watch, watchAll } from '../support/outcomes.ts'

const minute = 60_000

test('a refused login is one shared error, a hold, and one new try when it is over', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.refuse()
  const session = desk.session()
  const asked = watchAll(50, () => session.grant())
  await desk.clock.advance(0)
  expect(new Set(asked.map(({ error }) => error)).size).toBe(1)
  expect(asked[0]!.error).toBeInstanceOf(LoginRefusedError)
  expect(asked[0]!.error).toMatchObject({ message: 'Wrong password', retryAfter: minute, subject: 'desk.example/user' })
  expect((asked[0]!.error as Error).cause).toBeInstanceOf(LoginRefusedError)

  await desk.clock.advance(minute - 1)
  await expect(session.grant()).rejects.toBeInstanceOf(LoginRefusedError)
  expect(desk.attempts).toHaveLength(1)
  await desk.clock.advance(1)
  const again = watchAll(50, () => session.grant())
  await desk.clock.advance(0)
  expect(again.every(({ error }) => error instanceof LoginRefusedError)).toBe(true)
  expect(desk.attempts).toHaveLength(2)
})

test('the hold of refused credentials grows from a minute to an hour', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.refuse()
  const session = desk.session()
  const holds: unknown[] = []
  for (let refusal = 0; refusal < 8; refusal += 1) {
    const asked = watch(session.grant())
    await desk.clock.advance(0)
    const { retryAfter } = asked.error as LoginRefusedError
    holds.push(retryAfter! / minute)
    await desk.clock.advance(retryAfter!)
  }
  expect(holds).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
})

test('a refusal holds back everyone who shares the store', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.refuse()
  const store = new MemoryTokenStore()
  const asked = watchAll(8, () => desk.session({ store }).grant())
  await desk.clock.advance(1_000)
  expect(asked.every(({ error }) => error instanceof LoginRefusedError)).toBe(true)
  expect(desk.attempts).toHaveLength(1)
})

test.each([
  [30_000, 30_000],
  [5_000, 5_000],
  [7 * 24 * 3_600_000, 3_600_000],
  [undefined, minute],
  [Number.NaN, minute],
])('a throttled login that asks for %j ms waits %j ms', async (asked, waits) => {
  using holds = eventsOn('latchkey:hold')
  const desk = new Desk()
  desk.answer = (attempt) => attempt.throttle(asked)
  const session = desk.session()
  await expect(session.grant()).rejects.toMatchObject({ code: 'LOGIN_THROTTLED', retryAfter: waits })
  await expect(session.grant()).rejects.toBeInstanceOf(LoginThrottledError)
  expect(desk.attempts).toHaveLength(1)
  expect(holds.events).toMatchObject([{ reason: 'throttled', remaining: waits }])
  desk.answer = (attempt) => attempt.grant()
  await desk.clock.advance(waits)
  expect((await session.grant()).token).toBe('token-2')
})

test.each([0, 1_000, 4_000])(
  'a login throttled for %i ms fails nobody: all who wait sit it out, everywhere',
  async (asked) => {
    const desk = new Desk()
    desk.answer = (attempt) => (desk.attempts.length === 1 ? attempt.throttle(asked) : attempt.grant())
    const store = new MemoryTokenStore()
    const sessions = [desk.session({ store }), desk.session({ store })]
    const waiting = watchAll(50, (index) => sessions[index % 2]!.grant())
    await desk.clock.advance(Math.max(asked, 1_000) - 1)
    expect(desk.attempts).toHaveLength(1)
    await desk.clock.advance(1_000)
    expect(waiting.map(({ value }) => value?.token)).toEqual(Array(50).fill('token-2'))
  },
)

test('a login that is throttled for a moment again and again is an error in the end', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.throttle(2_000)
  const asked = watch(desk.session().grant())
  await desk.clock.advance(5_000)
  expect(asked.error).toMatchObject({ code: 'LOGIN_THROTTLED', retryAfter: 2_000 })
  expect(desk.attempts.length).toBeLessThanOrEqual(3)
})

test('a login that fails for a moment fails nobody: all who wait go on through its short hold', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => (desk.attempts.length <= 2 ? attempt.fail(new Error('502')) : attempt.grant())
  const session = desk.session()
  const asked = watchAll(50, () => session.grant())
  await desk.clock.advance(2_500)
  expect(asked.map(({ value }) => value?.token)).toEqual(Array(50).fill('token-3'))
})

test('a login that goes on failing is one shared error that keeps its cause; who comes later waits the hold out', async () => {
  const desk = new Desk()
  const cause = Object.assign(new Error('connect ECONNREFUSED with secrets'), { code: 'ECONNREFUSED' })
  desk.answer = (attempt) => attempt.fail(cause)
  const session = desk.session()
  const asked = watchAll(50, () => session.grant())
  await desk.clock.advance(5_000)
  expect(new Set(asked.map(({ error }) => error)).size).toBe(1)
  expect(asked[0]!.error).toBeInstanceOf(LoginFailedError)
  expect(asked[0]!.error).toMatchObject({ message: 'The login failed: ECONNREFUSED', cause })
  const attempts = desk.attempts.length
  expect(attempts).toBeLessThanOrEqual(4)

  desk.answer = (attempt) => attempt.grant()
  const later = watchAll(50, () => session.grant())
  await desk.clock.advance(10)
  expect(desk.attempts).toHaveLength(attempts)
  await desk.clock.advance(8_000)
  expect(later.every(({ value }) => value?.token === `token-${attempts + 1}`)).toBe(true)
})

test('holds of a failing login grow, with full jitter', async () => {
  const longest = await failingHolds(() => 1)
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  const half = await failingHolds(() => 0.5)
  expect(half).toEqual(longest.map((hold) => hold / 2))
  const shortest = await failingHolds(() => 0)
  expect(new Set(shortest)).toEqual(new Set([100]))
})

async function failingHolds(random: () => number): Promise<number[]> {
  using holds = eventsOn('latchkey:hold')
  const desk = new Desk()
  desk.clock.random = random
  desk.answer = (attempt) => attempt.fail(new Error('down'))
  const session = desk.session({ loginBudget: { limit: 1_000 } })
  while (holds.events.length < 8) {
    const asked = watch(session.grant())
    await desk.clock.until(() => asked.state !== 'pending', 1_000_000)
  }
  return holds.events.slice(0, 8).map(({ remaining }) => remaining)
}

test('a successful login ends the growth of holds', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => (desk.attempts.length === 4 ? attempt.grant() : attempt.refuse())
  const session = desk.session()
  for (const hold of [1, 2, 4]) {
    await expect(session.grant()).rejects.toMatchObject({ retryAfter: hold * minute })
    await desk.clock.advance(hold * minute)
  }
  await session.reject(await session.grant())
  await expect(session.grant()).rejects.toMatchObject({ retryAfter: minute })
})

test('a server that rejects every fresh session gets one more login, then ever fewer', async () => {
  const desk = new Desk()
  const session = desk.session({ loginBudget: { limit: 1_000 }, maxWait: 600_000 })
  const times: number[] = []
  desk.answer = (attempt) => {
    times.push(desk.clock.monotonic())
    attempt.grant()
  }
  for (let round = 0; round < 9; round += 1) await rejectOnce(desk, session)
  expect(times).toEqual([0, 0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 127_000])
})

test('a grant that works forgives the strikes before it', async () => {
  const desk = new Desk()
  const session = desk.session({ loginBudget: { limit: 1_000 } })
  for (let round = 0; round < 3; round += 1) await rejectOnce(desk, session)
  const served = watch(session.run(() => 'served'))
  await desk.clock.until(() => served.state !== 'pending', 10_000)
  await rejectOnce(desk, session)
  const before = desk.clock.monotonic()
  await rejectOnce(desk, session)
  expect(desk.clock.monotonic()).toBe(before)
})

test('where nobody says that grants work, one that lasts is no strike', async () => {
  const desk = new Desk()
  const session = desk.session()
  for (let reset = 0; reset < 20; reset += 1) {
    const grant = await session.grant()
    await desk.clock.advance(10 * minute)
    await session.reject(grant)
  }
  expect(desk.attempts).toHaveLength(20)
})

test('a reset of a grant that works elsewhere is no strike', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const busy = desk.session({ store })
  const idle = desk.session({ store })
  for (let round = 0; round < 4; round += 1) {
    await busy.run(() => 'served')
    await desk.clock.advance(0)
    const grant = await idle.grant()
    await idle.reject(grant)
    await busy.reject(grant)
  }
  expect((await busy.status()).hold).toBeUndefined()
  expect(desk.clock.monotonic()).toBe(0)
})

test('the login budget counts all who share the store, and a login that fails too', async () => {
  using holds = eventsOn('latchkey:hold')
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const sessions = [
    desk.session({ store, loginBudget: { limit: 3, window: minute } }),
    desk.session({ store, loginBudget: { limit: 3, window: minute } }),
  ]
  desk.answer = (attempt) => (desk.attempts.length === 2 ? attempt.fail(new Error('down')) : attempt.grant())
  await loseGrant(sessions[0]!)
  const lost = watch(loseGrant(sessions[1]!))
  await desk.clock.advance(1_000)
  expect(lost.state).toBe('resolved')
  await expect(sessions[0]!.grant()).rejects.toMatchObject({ code: 'LOGIN_THROTTLED', retryAfter: minute - 1_000 })
  expect(holds.events.at(-1)).toMatchObject({ reason: 'budget', remaining: minute - 1_000 })
  await desk.clock.advance(minute - 1_000)
  expect((await sessions[0]!.grant()).token).toBe('token-4')
})

async function loseGrant(session: Session): Promise<void> {
  await session.run(() => 'served')
  await session.reject(await session.grant())
}

async function rejectOnce(desk: Desk, session: Session): Promise<void> {
  const asked = watch(session.grant())
  await desk.clock.until(() => asked.state !== 'pending', 1_000_000)
  await session.reject(await asked.promise)
}
