import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { CutStore } from '../support/cut-store.ts'
import { Desk } from '../support/desk.ts'
import { watch } from '../support/outcomes.ts'

const minute = 60_000

/** A desk whose grants have refresh tokens, and two sessions of one store, of which the first can lose it. */
async function start() {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.grant({ refreshToken: `refresh-${desk.attempts.length}` })
  const shared = new MemoryTokenStore()
  const store = new CutStore(shared)
  const [session, other] = [desk.session({ store }), desk.session({ store: shared })]
  await session.grant()
  await other.grant()
  return { desk, store, session, other }
}

test.each([1, 2, 3])(
  'a grant that was refreshed %i times without the store takes the place of the one that it came of',
  async (times) => {
    const { desk, store, session, other } = await start()
    store.cut = 'fails'
    for (let turn = 0; turn < times; turn += 1) {
      const refreshed = watch(session.refresh())
      await desk.clock.advance(10_000)
      expect(refreshed.value?.token).toBe(`token-${turn + 2}`)
    }
    store.cut = 'none'
    await desk.clock.advance(2 * minute)
    expect((await session.grant()).token).toBe(`token-${times + 1}`)
    expect(desk.loggedOut).toEqual([])
    // Looks into the store, which it has not done for long.
    await other.grant()
    await desk.clock.advance(1)
    expect((await other.grant()).token).toBe(`token-${times + 1}`)
    await other.reject(await other.grant())
    await other.grant()
    expect(desk.last.context.previous?.refreshToken).toBe(`refresh-${times + 1}`)
  },
)

test('a grant that was refreshed without the store gives way to what others have got meanwhile', async () => {
  const { desk, store, session, other } = await start()
  store.cut = 'fails'
  const refreshed = watch(session.refresh())
  await desk.clock.advance(10_000)
  expect(refreshed.value?.token).toBe('token-2')
  await other.refresh()
  store.cut = 'none'
  await desk.clock.advance(2 * minute)
  expect((await session.grant()).token).toBe('token-3')
  expect(desk.loggedOut).toEqual(['token-2'])
})
