import { Session, type TokenStore } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Grant } from '../../src/grant.ts'
import { decode, encode } from '../../src/rules/codec.ts'
import { emptyState, type SessionState } from '../../src/rules/state.ts'
import { Desk } from '../support/desk.ts'
import { eventsOn } from '../support/events.ts'

const key = '1/desk.example/user/first-password'

const state: SessionState = {
  generation: 3,
  grant: new Grant({
    id: 'id-3',
    generation: 3,
    issuedAt: 1,
    worked: true,
    token: 'secret',
    expiresAt: 2,
    refreshToken: 'refresh',
  }),
  previous: new Grant({ id: 'id-2', generation: 2, issuedAt: 0, worked: false, token: 'older' }),
  latest: 'id-3',
  flight: { owner: 'somebody', beat: 4 },
  logins: [1, 2, 3],
  hold: { from: 1, until: 2, reason: 'throttled', failures: 1 },
  strikes: 1,
  lastReset: { at: 1, age: 2 },
}
const sound = encode(state)

test('a state comes back from its document as it was, secrets included', () => {
  const read = decode(sound)!
  expect(read).toEqual(state)
  expect(read.grant?.token).toBe('secret')
  expect(read.grant?.refreshToken).toBe('refresh')
  expect(read.previous?.token).toBe('older')
  expect(decode(encode(emptyState))).toEqual(emptyState)
})

function damaged(change: Record<string, unknown>): string {
  return JSON.stringify({ ...(JSON.parse(sound) as object), ...change })
}

const rubbish: Record<string, string> = {
  empty: '',
  torn: sound.slice(0, sound.length / 2),
  'not JSON': 'PHPSESSID=abc',
  foreign: '{"cookie":"abc"}',
  null: 'null',
  'a list': '[]',
  'of an older format': damaged({ format: 0 }),
  'of a newer format': damaged({ format: 2 }),
  'without a token': damaged({ grant: { id: 'x', generation: 1, issuedAt: 1, worked: true } }),
  'with a token that would break its header': damaged({
    grant: { id: 'x', generation: 1, issuedAt: 1, worked: true, token: 'a\nb' },
  }),
  'with a negative generation': damaged({ generation: -1 }),
  'with a hold of no known reason': damaged({ hold: { from: 1, until: 2, reason: 'bored', failures: 1 } }),
  'with a time that is none': damaged({ logins: [null] }),
}

test.each(Object.entries(rubbish))(
  'a stored document that is %s is set aside, reported, and costs one login',
  async (_what, document) => {
    using reports = eventsOn('latchkey:store')
    const desk = new Desk()
    const store = new MemoryTokenStore()
    await store.set(key, document, undefined)
    const sessions = [desk.session({ store }), desk.session({ store })]
    const grants = await Promise.all(sessions.map((session) => session.grant()))
    expect(grants.map(({ token }) => token)).toEqual(['token-1', 'token-1'])
    expect(desk.attempts).toHaveLength(1)
    expect((await store.get(`${key}/set-aside`))?.state).toBe(document)
    expect(reports.events[0]).toMatchObject({
      event: 'set-aside',
      subject: 'desk.example/user',
      reason: 'the document is not a session state',
    })
  },
)

test('the store key is the one that these tests damage', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  await desk.session({ store }).grant()
  expect(await store.get(key)).toBeDefined()
})

test('no document whatsoever makes decoding throw or yields half a state', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), mutated()), (document) => {
      const read = decode(document)
      if (read !== undefined) expect(decode(encode(read))).toEqual(read)
    }),
    { numRuns: 5_000 },
  )
})

/** Sound documents with one value replaced by another. */
function mutated(): fc.Arbitrary<string> {
  const fields = Object.keys(JSON.parse(sound) as object)
  return fc
    .record({ field: fc.constantFrom(...fields), value: fc.jsonValue() })
    .map(({ field, value }) => damaged({ [field]: value }))
}

test('updates of many writers lose nothing and bring nothing back to life', async () => {
  const desk = new Desk()
  const store = new MemoryTokenStore()
  const racing = delayedStore(store)
  const authenticator = desk.authenticator()
  const sessions = Array.from(
    { length: 6 },
    () => new Session({ authenticator, store: racing, loginBudget: { limit: 100 } }),
  )
  for (let round = 1; round <= 5; round += 1) {
    const grants = await Promise.all(sessions.map((session) => session.run((grant) => grant)))
    await Promise.all([...sessions, ...sessions].map((session, index) => session.reject(grants[index % 6]!)))
    expect((await sessions[0]!.status()).live).toBe(false)
    expect((await sessions[0]!.status()).generation).toBe(round)
    expect(desk.attempts).toHaveLength(round)
  }
})

/** A store whose answers cross: each operation lets others pass before and after its deed. */
function delayedStore(store: TokenStore): TokenStore {
  const yieldTo = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    get: async (...args) => {
      await yieldTo()
      const document = await store.get(...args)
      await yieldTo()
      return document
    },
    set: async (...args) => {
      await yieldTo()
      const version = await store.set(...args)
      await yieldTo()
      return version
    },
  }
}

test('a store that throws where it should reject is a store failure, and leaves no timer', async () => {
  const desk = new Desk()
  const thrown = (): never => {
    throw new Error('no such key')
  }
  const get = (name: string): ReturnType<TokenStore['get']> =>
    name === key ? Promise.resolve({ version: '1', state: 'rubbish' }) : thrown()
  const session = desk.session({ store: { get, set: thrown } })
  expect((await session.status()).store).toBe('unavailable')
  expect(desk.clock.pending).toBe(0)
})
