import { ConfigurationError } from '@latchkey/core'
import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test, vi } from 'vitest'
import { PacedServerTime } from '../src/paced-server-time.ts'
import { ServerTime } from '../src/server-time.ts'
import { rejection } from './support/client.ts'
import { settle, VirtualClock } from './support/virtual-clock.ts'

const pace = { reserve: 10_000, refill: 15_000 }

/** Asks for a turn; `over` tells when it had come, ms. */
function ask(time: ServerTime, clock: VirtualClock, signal?: AbortSignal) {
  const turn: { over: number | undefined; error: unknown } = { over: undefined, error: undefined }
  Promise.resolve(time.turn(signal)).then(
    () => (turn.over = clock.monotonic()),
    (error: unknown) => (turn.error = error),
  )
  return turn
}

test('the balance is what the last answer told', async () => {
  await using api = await startEmulator({ serverTimeBudget: { limit: 1_000, refill: 1, cost: 50 } })
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  expect(st.balance).toBeUndefined()
  await st.get('/job/1')
  expect(st.balance).toBe(950)
  await st.withSignal(new AbortController().signal).get('/job/1')
  expect(st.balance).toBe(900)
  await st.post('/job', {}).catch(() => {})
  expect(st.balance).toBe(850)
})

test('without a pace nobody waits, whatever is left', async () => {
  const clock = new VirtualClock()
  const time = new ServerTime()
  time.told({ usage: 50, balance: -1_000 })
  const turn = ask(time, clock)
  await settle()
  expect(turn.over).toBe(0)
})

test('calls go at once while there is more than the reserve, and then as time comes back, one after the other', async () => {
  const clock = new VirtualClock()
  const time = new PacedServerTime(pace, clock)
  time.told({ usage: 50, balance: 30_000 })
  time.told({ usage: 50, balance: 10_050 })
  const turns = [ask(time, clock), ask(time, clock), ask(time, clock), ask(time, clock)]
  await settle()
  expect(turns.map(({ over }) => over)).toEqual([0, 0, undefined, undefined])
  await clock.advance(1_000)
  // 50 ms of server time come back in 200 ms.
  expect(turns.map(({ over }) => over)).toEqual([0, 0, 200, 400])
})

test('a call that took long does not hold up the next while there is more than the reserve', async () => {
  const clock = new VirtualClock()
  const time = new PacedServerTime(pace, clock)
  time.told({ usage: 25_000, balance: 29_000 })
  const turn = ask(time, clock)
  await settle()
  expect(turn.over).toBe(0)
})

test('one call goes ahead to learn how much there is, and the others follow when it is known', async () => {
  const clock = new VirtualClock()
  const time = new PacedServerTime(pace, clock)
  const turns = Array.from({ length: 60 }, () => ask(time, clock))
  await settle()
  expect(turns.filter(({ over }) => over !== undefined)).toHaveLength(1)
  time.told({ usage: 1_000, balance: 29_000 })
  time.done()
  await settle()
  expect(turns.filter(({ over }) => over !== undefined)).toHaveLength(1 + 20)
})

test('answers that tell of no server time hold nobody up', async () => {
  const clock = new VirtualClock()
  const time = new PacedServerTime(pace, clock)
  const turns = [ask(time, clock), ask(time, clock), ask(time, clock)]
  await settle()
  time.told(undefined)
  time.done()
  await settle()
  expect(turns.map(({ over }) => over)).toEqual([0, 0, 0])
})

test('time that comes back while nobody calls never makes more than there was at most', async () => {
  const clock = new VirtualClock()
  const time = new PacedServerTime(pace, clock)
  time.told({ usage: 1_000, balance: 30_000 })
  await clock.advance(600_000)
  const turns = Array.from({ length: 170 }, () => ask(time, clock))
  await settle()
  expect(turns.filter(({ over }) => over !== undefined)).toHaveLength(21)
})

test('a user who never has as much as the reserve is served all the same', async () => {
  const clock = new VirtualClock()
  const time = new PacedServerTime(pace, clock)
  time.told({ usage: 50, balance: 5_000 })
  const turn = ask(time, clock)
  await settle()
  expect(turn.over).toBe(0)
})

/** A client that has little left: the next call waits for 200 ms, and each after it as long. */
function short(clock: VirtualClock): ServerTime {
  const time = new PacedServerTime(pace, clock)
  time.told({ usage: 50, balance: 30_000 })
  time.told({ usage: 50, balance: 9_950 })
  return time
}

test('a call that is given up on in the queue lets nobody pass those before it', async () => {
  const clock = new VirtualClock()
  const time = short(clock)
  const controller = new AbortController()
  const turns = [ask(time, clock), ask(time, clock, controller.signal), ask(time, clock)]
  await settle()
  controller.abort(new Error('enough'))
  await settle()
  expect(turns.map(({ over, error }) => over ?? error)).toEqual([undefined, new Error('enough'), undefined])
  await clock.advance(200)
  expect(turns[0]!.over).toBe(200)
  expect(turns[2]!.over).toBeUndefined()
  await clock.advance(200)
  expect(turns[2]!.over).toBe(400)
})

test('a call that is given up on at the head of the queue makes way, and leaves no timer', async () => {
  const clock = new VirtualClock()
  const time = short(clock)
  const controller = new AbortController()
  const [head, next] = [ask(time, clock, controller.signal), ask(time, clock)]
  await settle()
  controller.abort(new Error('enough'))
  await settle()
  expect(head.error).toEqual(new Error('enough'))
  await clock.advance(200)
  expect(next.over).toBe(200)
  expect(clock.pending).toBe(0)
})

test('what others have spent meanwhile counts: the newest answer decides', async () => {
  const clock = new VirtualClock()
  const time = short(clock)
  const turn = ask(time, clock)
  await clock.advance(100)
  time.told({ usage: 50, balance: 5_000 })
  await clock.advance(15_000)
  expect(turn.over).toBeUndefined()
  time.told({ usage: 50, balance: 30_000 })
  await settle()
  expect(turn.over).toBe(15_100)
})

test('closing the client ends the wait for time and for a Retry-After, and leaves no timer', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
  for (const options of [{ pace: { reserve: 500, refill: 1 } }, { maxRetryAfter: 1_000_000_000 }]) {
    await using api = await startEmulator({ serverTimeBudget: { limit: 1_000, refill: 1, cost: 600 } })
    const st = new ServiceTrade({ ...defaultUser, baseUrl: api.url, ...options })
    await st.get('/job/1')
    await st.get('/job/1')
    const before = timers()
    const waiting = rejection(st.get('/job/1'))
    await vi.waitFor(() => expect(timers()).toBeGreaterThan(before))
    await st.close()
    expect(await waiting).toMatchObject({ code: 'SESSION_CLOSED' })
  }
})

test('two clients of a user whose time runs out are refused without a pace, and never with one', async () => {
  const run = async (options: { pace?: object }): Promise<number> => {
    await using api = await startEmulator({ serverTimeBudget: { limit: 2_000, refill: 600_000, cost: 100 } })
    const clients = [1, 2].map(() => new ServiceTrade({ ...defaultUser, baseUrl: api.url, ...options }))
    const callers = clients.flatMap((st) =>
      Array.from({ length: 5 }, async () => {
        for (let call = 0; call < 10; call += 1) await st.get('/job/1')
      }),
    )
    await Promise.all(callers)
    await Promise.all(clients.map((st) => st.close()))
    expect(api.counters.requests - api.counters.overBudget).toBe(100)
    return api.counters.overBudget
  }
  expect(await run({})).toBeGreaterThan(0)
  expect(await run({ pace: { reserve: 1_000, refill: 600_000 } })).toBe(0)
})

test.each<[unknown, string]>([
  [true, 'pace'],
  [{ reserve: -1 }, 'pace.reserve'],
  [{ refill: 0 }, 'pace.refill'],
  [{ below: 1 }, 'pace option below'],
])('a pace of %j is a ConfigurationError', (given, option) => {
  const make = () => new ServiceTrade({ ...defaultUser, pace: given as object })
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(expect.objectContaining({ option }))
})
