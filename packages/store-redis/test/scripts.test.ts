import { startRedis } from '@latchkey/local-redis'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect, openStore, soon } from './fresh.ts'

const server = await startRedis()
afterAll(() => server.stop())
beforeEach(() => server.restart())

describe('compare-and-set', () => {
  it('goes on when the server has forgotten the script', async () => {
    const store = openStore({ url: server.url })
    const first = await store.set('key', 'first', undefined)
    await server.send('SCRIPT', 'FLUSH')
    expect(await store.set('key', 'too late', undefined)).toBe(false)
    await server.send('SCRIPT', 'FLUSH')
    const second = await store.set('key', 'second', first || undefined)
    expect(await store.get('key')).toEqual({ version: second, state: 'second' })
  })

  it('goes on when the server was started again, where versions from before are of no use', async () => {
    const store = openStore({ url: server.url })
    const lost = await store.set('key', 'lost', undefined)
    await server.restart()
    expect(await store.get('key')).toBeUndefined()
    expect(await store.set('key', 'too late', lost || undefined)).toBe(false)
    const version = await store.set('key', 'state', undefined)
    expect(await store.get('key')).toEqual({ version, state: 'state' })
  })

  it('reads the answer of a client that has numbers as strings', async () => {
    const store = openStore({ client: connect(server.url, { stringNumbers: true }) })
    const version = await store.set('key', 'state', undefined)
    expect(await store.get('key')).toEqual({ version, state: 'state' })
    expect(await store.set('key', 'changed', undefined)).toBe(false)
  })

  it('goes through pipelines that a client makes by itself', async () => {
    const store = openStore({ client: connect(server.url, { enableAutoPipelining: true }) })
    const versions = await Promise.all([1, 2, 3].map((n) => store.set('key', `state ${n}`, undefined)))
    expect(versions.filter((version) => version !== false)).toEqual([(await store.get('key'))?.version])
  })
})

describe('a user who may use no channel', () => {
  it('can write, watches in vain, and nothing fails', async () => {
    await server.send('ACL', 'SETUSER', 'writer', 'on', '>secret', '~*', '+@all', 'resetchannels')
    const store = openStore({ url: server.url.replace('//', '//writer:secret@') })
    const version = await store.set('key', 'state', undefined)
    expect(await store.get('key')).toEqual({ version, state: 'state' })
    let hints = 0
    store.watch('key', () => (hints += 1))
    await vi.waitUntil(async () => String(await server.send('CLIENT', 'LIST')).includes('cmd=subscribe'), soon)
    expect(await openStore({ url: server.url }).set('key', 'changed', version || undefined)).not.toBe(false)
    expect((await store.get('key'))?.state).toBe('changed')
    expect(await server.send('CLIENT', 'LIST', 'TYPE', 'pubsub')).toBe('')
    expect(hints).toBe(0)
  })
})

describe('a client with a key prefix', () => {
  it('shares with others of the same, hints included, and with nobody else', async () => {
    const options = { keyPrefix: 'app:' }
    const store = openStore({ client: connect(server.url, options) })
    const another = openStore({ client: connect(server.url, options) })
    let hints = 0
    store.watch('key', () => (hints += 1))
    // The first is for what nobody heard before.
    await vi.waitUntil(() => hints === 1, soon)
    const version = await another.set('key', 'state', undefined)
    await vi.waitUntil(() => hints === 2, soon)
    expect(await store.get('key')).toEqual({ version, state: 'state' })
    expect(await openStore({ url: server.url }).get('key')).toBeUndefined()
    expect(await server.send('KEYS', '*')).toEqual(['app:latchkey:key'])
  })
})
