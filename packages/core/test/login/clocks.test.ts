import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { Desk } from '../support/desk.ts'
import { watch } from '../support/outcomes.ts'
import type { VirtualClock } from '../support/virtual-clock.ts'

const hour = 3_600_000
const hold = (): void => {}

/** Another machine's clock: the same time passes, the wall shows another. */
function shifted(clock: VirtualClock, by: number): VirtualClock {
  return new Proxy(clock, {
    get: (target, name) => {
      if (name === 'now') return () => target.now() + by
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function sessionOn(
  desk: Desk,
  clock: VirtualClock,
  options: Parameters<Desk['session']>[0],
): ReturnType<Desk['session']> {
  return Object.assign(Object.create(Desk.prototype) as Desk, desk, { clock }).session(options)
}

test.each([-hour, hour])('with a clock off by %i ms the fleet shares one grant and one login per reset', async (by) => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const right = desk.session({ store })
  const wrong = sessionOn(desk, shifted(desk.clock, by), { store })
  for (let reset = 1; reset <= 3; reset += 1) {
    const asked = [watch(right.run(({ token }) => token)), watch(wrong.run(({ token }) => token))]
    await desk.clock.advance(1_000)
    expect(asked.map(({ value }) => value)).toEqual([`token-${reset}`, `token-${reset}`])
    const grant = await right.grant()
    await Promise.all([right.reject(grant), wrong.reject(grant)])
  }
  expect(desk.attempts).toHaveLength(3)
})

test.each([-hour, hour])(
  'a dead lease is taken over after one lease time, whatever the clocks say (%i ms)',
  async (by) => {
    const desk = new Desk()
    desk.answer = hold
    const store = new MemoryTokenStore()
    const mute = { get: store.get.bind(store), set: store.set.bind(store) }
    watch(sessionOn(desk, shifted(desk.clock, by), { store: mute }).grant())
    await desk.clock.advance(0)
    mute.set = () => new Promise(() => {})
    const waiter = watch(desk.session({ store }).grant())
    await desk.clock.advance(4_900)
    expect(desk.attempts).toHaveLength(1)
    await desk.clock.advance(700)
    expect(desk.attempts).toHaveLength(2)
    desk.last.grant()
    await desk.clock.advance(0)
    expect(waiter.value?.token).toBe('token-2')
  },
)

test('a hold set by a clock an hour ahead lasts no longer than it was meant to', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.throttle(30_000)
  const store = new MemoryTokenStore()
  await expect(sessionOn(desk, shifted(desk.clock, hour), { store }).grant()).rejects.toThrow('Too many logins')
  desk.answer = (attempt) => attempt.grant()
  const session = desk.session({ store })
  await expect(session.grant()).rejects.toMatchObject({ retryAfter: 30_000 })
  await desk.clock.advance(31_000)
  expect((await session.grant()).token).toBe('token-2')
})

test('logins noted by a clock an hour ahead do not block the budget for an hour', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const tuning = { store, loginBudget: { limit: 2, window: 60_000 } }
  const ahead = sessionOn(desk, shifted(desk.clock, hour), tuning)
  for (let login = 0; login < 2; login += 1) {
    await ahead.run(() => 'served')
    await ahead.reject(await ahead.grant())
  }
  expect((await desk.session(tuning).grant()).token).toBe('token-3')
})

test('a waiter that stood still does not count that time against the lease', async () => {
  const desk = new Desk()
  desk.answer = hold
  const store = new MemoryTokenStore()
  const mute = { get: store.get.bind(store), set: store.set.bind(store) }
  watch(desk.session({ store: mute }).grant())
  await desk.clock.advance(0)
  mute.set = () => new Promise(() => {})

  let frozen: ((go: void) => void) | undefined
  const slow = {
    get: async (key: string) => {
      if (frozen !== undefined) await new Promise<void>((resolve) => (frozen = resolve))
      return store.get(key)
    },
    set: store.set.bind(store),
  }
  watch(desk.session({ store: slow, storeTimeout: 100_000 }).grant())
  await desk.clock.advance(1_000)
  frozen = () => {}
  await desk.clock.advance(20_000)
  frozen()
  frozen = undefined
  await desk.clock.advance(1_000)
  expect(desk.attempts).toHaveLength(1)
  await desk.clock.advance(4_000)
  expect(desk.attempts).toHaveLength(2)
})
