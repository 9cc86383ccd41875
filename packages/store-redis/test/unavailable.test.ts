import { once } from 'node:events'
import { startRedis } from '@latchkey/local-redis'
import { TokenStoreError } from '@latchkey/core'
import type { RedisTokenStore } from '@latchkey/store-redis'
import type { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { connect, hasty, openStore, soon } from './fresh.ts'

const server = await startRedis()
afterAll(() => server.stop())

// Whatever a test did to it.
beforeEach(() => server.restart())

const ways: [how: string, open: (options?: { timeout: number }) => RedisTokenStore][] = [
  ['by url', (options) => openStore({ url: server.url, ...options })],
  ['by client', (options) => openStore({ client: connect(server.url, { retryStrategy: () => 50 }), ...options })],
]

describe.each(ways)('a store %s', (_how, open) => {
  it('rejects in time while the server is frozen, and works again once it is not', async () => {
    const version = await open().set('key', 'state', undefined)
    const store = open(hasty)
    await vi.waitFor(() => store.get('key'), soon)
    await server.freeze()
    const outcomes = await Promise.allSettled([store.get('key'), store.set('other', 'state', undefined)])
    await server.thaw()
    for (const outcome of outcomes) {
      const { reason } = outcome as PromiseRejectedResult
      expect(reason).toBeInstanceOf(TokenStoreError)
      expect(reason.message).toContain('within 400 ms')
    }
    await vi.waitFor(async () => expect(await store.get('key')).toEqual({ version, state: 'state' }), soon)
  })

  it('tells why it cannot connect, and works once there is a server', async () => {
    await server.kill()
    const store = open(hasty)
    for (const attempt of await Promise.allSettled([store.get('key'), store.set('key', 'state', undefined)])) {
      expect(attempt).toMatchObject({ reason: { name: 'TokenStoreError', cause: { code: 'ECONNREFUSED' } } })
    }
    await server.restart()
    await vi.waitFor(async () => expect(await store.get('key')).toBeUndefined(), soon)
    await vi.waitFor(() => store.set('key', 'state', undefined), soon)
  })

  it('is used by many at once, in vain or not, without a warning', async () => {
    const warnings: string[] = []
    const listener = (warning: Error): unknown => warnings.push(warning.message)
    process.on('warning', listener)
    onTestFinished(() => void process.off('warning', listener))
    const store = open(hasty)
    const readAtOnce = () => Promise.allSettled(Array.from({ length: 30 }, () => store.get('key')))
    await readAtOnce()
    await server.kill()
    for (const { status } of await readAtOnce()) expect(status).toBe('rejected')
    await server.restart()
    await vi.waitFor(() => store.get('key'), soon)
    expect(warnings).toEqual([])
  })

  it('reads from a server that is read-only, and rejects writes', async () => {
    const store = open()
    const version = await store.set('key', 'state', undefined)
    // There is no primary to sync with, so it keeps what it has.
    await server.send('REPLICAOF', '127.0.0.1', '1')
    const another = open()
    for (let time = 0; time < 10; time++) {
      const documents = await Promise.all([another.get('key'), another.get('key')])
      for (const document of documents) expect(document).toEqual({ version, state: 'state' })
    }
    for (let time = 0; time < 2; time++) {
      await expect(store.set('key', 'changed', version || undefined)).rejects.toThrow(/^Cannot write.*READONLY/)
      expect(await store.get('key')).toEqual({ version, state: 'state' })
    }
    await server.send('REPLICAOF', 'NO', 'ONE')
    expect(await store.set('key', 'changed', version || undefined)).not.toBe(false)
  })

  it('rejects writes to a server that is full, which keeps what it has', async () => {
    const store = open()
    const version = await store.set('key', 'state', undefined)
    await server.send('CONFIG', 'SET', 'maxmemory', '1')
    await expect(store.set('key', 'changed', version || undefined)).rejects.toThrow('OOM')
    await expect(store.set('other', 'state', undefined)).rejects.toThrow(TokenStoreError)
    expect(await store.get('key')).toEqual({ version, state: 'state' })
    expect(await store.get('other')).toBeUndefined()
  })

  it('rejects once it is closed', async () => {
    const store = open()
    await store.set('key', 'state', undefined)
    await store.close()
    await store.close()
    await expect(store.get('key')).rejects.toThrow(TokenStoreError)
    await expect(store.set('key', 'changed', undefined)).rejects.toThrow('was closed')
  })

  it('does not hold up those who wait for a connection when it is closed', async () => {
    await server.freeze()
    const store = open()
    const read = store.get('key')
    await store.close()
    await expect(read).rejects.toThrow('was closed')
  })
})

/** Ends the server, and resolves when the client has noticed. */
async function lose(client: Redis): Promise<void> {
  await server.kill()
  await vi.waitUntil(() => client.status !== 'ready', soon)
}

describe('a time limit', () => {
  it('may be as long as a timer can be set for', async () => {
    const store = openStore({ url: server.url, timeout: 2 ** 31 - 1 })
    expect(await store.set('key', 'state', undefined)).not.toBe(false)
    await server.freeze()
    const read = store.get('key')
    await store.close()
    await expect(read).rejects.toThrow(TokenStoreError)
  })
})

describe('a client that was given', () => {
  it('is connected if it was not yet', async () => {
    const client = connect(server.url, { lazyConnect: true })
    expect(await openStore({ client }).get('key')).toBeUndefined()
    expect(client.status).toBe('ready')
  })

  it('is waited for while it reconnects', async () => {
    const client = connect(server.url, { retryStrategy: () => 50 })
    const store = openStore({ client })
    await store.get('key')
    await lose(client)
    const read = store.get('key')
    await server.restart()
    expect(await read).toBeUndefined()
  })

  it('makes it reject at once if its owner closed it', async () => {
    const client = connect(server.url)
    const store = openStore({ client })
    await store.get('key')
    client.disconnect()
    await once(client, 'end')
    await expect(store.get('key')).rejects.toThrow(TokenStoreError)
    await expect(store.set('key', 'state', undefined)).rejects.toThrow('the client was closed')
    expect(client.status).toBe('end')
  })

  it('is waited for again once its owner connects it again', async () => {
    const client = connect(server.url, { retryStrategy: () => 50 })
    const store = openStore({ client })
    await store.get('key')
    client.disconnect()
    await once(client, 'end')
    await expect(store.get('key')).rejects.toThrow('the client was closed')
    await client.connect()
    await lose(client)
    const read = store.get('key')
    await server.restart()
    expect(await read).toBeUndefined()
  })

  it('is given nothing to send later', async () => {
    const client = connect(server.url, { retryStrategy: () => 50 })
    const store = openStore({ client, prefix: '', ...hasty })
    await vi.waitFor(() => store.get('key'), soon)
    await lose(client)
    await expect(store.set('key', 'state', undefined)).rejects.toThrow('ECONNREFUSED')
    await server.restart()
    await vi.waitUntil(() => client.status === 'ready', soon)
    // Whatever was to be sent has been when this is answered.
    await client.ping()
    expect(await server.send('EXISTS', 'key')).toBe(0)
  })

  it('stays open when the store is closed', async () => {
    const client = connect(server.url)
    const store = openStore({ client })
    await store.get('key')
    await store.close()
    expect(await client.ping()).toBe('PONG')
  })

  it('has no listener of the store while nothing is going on', async () => {
    const client = connect(server.url)
    const count = () => client.eventNames().map((name) => [name, client.listenerCount(name)])
    const before = count()
    const store = openStore({ client })
    await store.get('key')
    expect(count()).toEqual(before)
    await lose(client)
    const read = store.get('key')
    await store.close()
    await expect(read).rejects.toThrow('was closed')
    expect(count()).toEqual(before)
  })
})
