import { randomUUID } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Authenticator, Session, type StoreEvent, TokenStoreError } from '@latchkey/core'
import { startRedis } from '@latchkey/local-redis'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { connect, openStore } from './fresh.ts'

const server = await startRedis()
afterAll(() => server.stop())
beforeEach(() => server.send('FLUSHALL'))

const name = 'latchkey:key'
const { url } = server
const uuid = randomUUID()

const foreign: [what: string, value: string | Buffer][] = [
  ['a word', 'foreign'],
  ['an empty string', ''],
  ['bytes that are no text', Buffer.from([0x00, 0xff, 0x80, 0x0a, 0xc3])],
  ['the beginning of a document', `p:${uuid.slice(1)}:{}`],
  ['a document of another form', `q:${uuid}:{}`],
  ['a document with another kind of version', `p:${uuid.replace(/^./, 'F')}:{}`],
  ['a document whose JSON is cut off', `j:${uuid}:"{canary`],
  ['a document whose JSON is no string', `j:${uuid}:["canary"]`],
]

describe('what others keep at a key', () => {
  it.each(foreign)('(%s) reads as a document, which is replaced by its version alone', async (_what, value) => {
    await connect(url).set(name, value)
    const store = openStore({ url })
    const document = await store.get('key')
    expect(document).toEqual({ version: expect.any(String), state: expect.any(String) })
    expect(await openStore({ url }).get('key')).toEqual(document)
    for (const expected of [undefined, randomUUID(), `foreign-${'0'.repeat(40)}`]) {
      expect(await store.set('key', 'state', expected)).toBe(false)
    }
    expect(await connect(url).getBuffer(name)).toEqual(Buffer.from(value))
    const version = await store.set('key', 'state', document!.version)
    expect(await store.set('key', 'again', document!.version)).toBe(false)
    expect(await store.get('key')).toEqual({ version, state: 'state' })
  })

  it('has another version when it is something else', async () => {
    const store = openStore({ url })
    const versions = new Set()
    for (const [, value] of foreign) {
      await connect(url).set(name, value)
      versions.add((await store.get('key'))?.version)
    }
    // Those that begin like a document have the version that they name.
    expect(versions.size).toBe(foreign.length - 1)
  })

  it('(a hash) makes the store reject, and is left as it is', async () => {
    await server.send('HSET', name, 'field', 'value')
    const store = openStore({ url })
    await expect(store.get('key')).rejects.toThrow(TokenStoreError)
    await expect(store.set('key', 'state', undefined)).rejects.toThrow('WRONGTYPE')
    expect(await server.send('HGETALL', name)).toEqual(['field', 'value'])
    expect(await server.send('PTTL', name)).toBe(-1)
  })
})

describe('a session', () => {
  it('sets aside what others keep at its key, reports that, and logs in once', async () => {
    const events: StoreEvent[] = []
    const listener = (event: unknown): unknown => events.push(event as StoreEvent)
    subscribe('latchkey:store', listener)
    onTestFinished(() => void unsubscribe('latchkey:store', listener))
    let logins = 0
    const authenticator: Authenticator = {
      subject: 'api.example/user',
      origin: 'https://api.example',
      fingerprint: 'fingerprint',
      login: async () => ({ token: `token-${(logins += 1)}` }),
      authorize: ({ token }) => ({ authorization: `Bearer ${token}` }),
      isReset: ({ statusCode }) => statusCode === 401,
    }
    const key = 'latchkey:1/api.example/user/fingerprint'
    await server.send('SET', key, 'PHPSESSID=abc')
    const sessions = [1, 2].map(() => new Session({ authenticator, store: openStore({ url }) }))
    const grants = await Promise.all(sessions.map((session) => session.grant()))
    expect(grants.map(({ token }) => token)).toEqual(['token-1', 'token-1'])
    expect(logins).toBe(1)
    expect(events).toContainEqual(expect.objectContaining({ event: 'set-aside', subject: 'api.example/user' }))
    expect(String(await server.send('GET', key))).toContain('token-1')
    expect(await server.send('GET', `${key}/set-aside`)).toMatch(/PHPSESSID=abc$/)
  })
})
