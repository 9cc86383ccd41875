import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { type RedisServer, startRedis } from '@latchkey/local-redis'
import { TokenStoreError } from '@latchkey/core'
import { RedisTokenStore } from '@latchkey/store-redis'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { connect, hasty, openStore } from './fresh.ts'

const server = await startRedis()
// All that a connection itself needs.
const ancient = await startRedis({ config: { 'rename-command EVALSHA': '""' } })
afterAll(() => Promise.all([server.stop(), ancient.stop()]))
beforeEach(() => server.restart())

const canary = 'canary-of-a-token'
// Also where it is written as JSON, for half a surrogate pair.
const states = [`{"token":"${canary}"}`, `{"token":"${canary}\ud800"}`]

/** All that a log could show of something, with what is below it. */
function expectNoCanary(value: unknown): void {
  const texts = [inspect(value, { depth: Infinity, showHidden: true }), inspect(value), JSON.stringify(value)]
  for (let error = value; error instanceof Error; error = error.cause) texts.push(String(error.stack), String(error))
  for (const text of texts) {
    expect(text).not.toContain('canary')
    // As a Buffer shows its bytes, in hexadecimal or decimal.
    expect(text).not.toContain(
      Buffer.from('canary')
        .toString('hex')
        .replaceAll(/(..)(?!$)/g, '$1 '),
    )
    expect(text).not.toContain([...Buffer.from('canary')].join(','))
  }
}

/** What was published on ioredis's tracing channel during the test. */
function traces(): unknown[] {
  const events: unknown[] = []
  const collect = (event: unknown): unknown => events.push(event)
  const { start, end, asyncStart, asyncEnd, error } = tracingChannel('ioredis:command')
  for (const { name } of [start, end, asyncStart, asyncEnd, error]) {
    subscribe(name, collect)
    onTestFinished(() => void unsubscribe(name, collect))
  }
  return events
}

const refusals: [what: string, message: RegExp, prepare: () => Promise<RedisServer>][] = [
  [
    'a server that is read-only',
    /READONLY/,
    async () => {
      await server.send('REPLICAOF', '127.0.0.1', '1')
      return server
    },
  ],
  [
    'a server that is full',
    /OOM/,
    async () => {
      await server.send('CONFIG', 'SET', 'maxmemory', '1')
      return server
    },
  ],
  ['a server without EVALSHA', /unknown command 'evalsha'$/, async () => ancient],
]

describe('the state of a session', () => {
  it.each(states)('does not show in what ioredis traces of a write: %j', async (state) => {
    const events = traces()
    const store = openStore({ url: server.url })
    const version = await store.set('key', state, undefined)
    await store.set('key', state, version || undefined)
    await store.set('key', state, undefined)
    expect(JSON.stringify(events)).toContain('latchkey:key')
    expect(JSON.stringify(events)).toContain('[session]')
    expectNoCanary(events)
  })

  it.each(refusals)('does not show when %s refuses it', async (_what, message, prepare) => {
    const { url } = await prepare()
    const seen: unknown[] = []
    const client = connect(url, { reconnectOnError: (error) => seen.push(error) < 0, showFriendlyErrorStack: true })
    for (const store of [openStore({ url }), openStore({ client })]) {
      for (const state of states) {
        const error: unknown = await store.set('key', state, undefined).catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(TokenStoreError)
        expect((error as Error).message).toMatch(/^Cannot write a session in Redis: /)
        expect((error as Error).message).toMatch(message)
        expectNoCanary(error)
      }
    }
    // What ioredis itself makes of it, with the arguments of the command.
    expect(seen).toHaveLength(2)
    expectNoCanary(seen)
  })

  it('does not show when it was cut off in the store', async () => {
    const store = openStore({ url: server.url, prefix: '' })
    await store.set('key', states[1]!, undefined)
    const length = Number(await server.send('STRLEN', 'key'))
    await server.send('SET', 'key', String(await server.send('GETRANGE', 'key', '0', String(length - 5))))
    // Node quotes what it cannot parse.
    const outcome: unknown = await store.get('key').catch((error: unknown) => error)
    if (outcome instanceof Error) expectNoCanary(outcome)
  })

  it('does not show in a store, whatever it has done', async () => {
    const store = new RedisTokenStore({ url: server.url.replace('//', '//default:canary@') })
    expectNoCanary(store)
    await store.get('key').catch(() => {})
    await store.close()
    const another = openStore({ url: server.url })
    another.watch('key', () => {})
    await another.set('key', states[0]!, undefined)
    await another.get('key')
    expectNoCanary(another)
    expect(JSON.stringify(another)).toBe('{}')
  })
})

describe('a password of Redis', () => {
  it('does not show when the server refuses it', async () => {
    await server.send('CONFIG', 'SET', 'requirepass', 'correct')
    const url = server.url.replace('//', '//default:canary@')
    const client = connect(url, { retryStrategy: () => 50 })
    for (const store of [openStore({ url }), openStore({ client, ...hasty })]) {
      const error: unknown = await store.get('key').catch((reason: unknown) => reason)
      expect(error).toMatchObject({ name: 'TokenStoreError', message: expect.stringContaining('WRONGPASS') })
      expectNoCanary(error)
    }
  })
})
