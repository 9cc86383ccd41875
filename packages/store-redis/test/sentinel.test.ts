import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { startSentinel } from '@latchkey/local-redis'
import { TokenStoreError } from '@latchkey/core'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { hasty, openStore, soon, untilFinished } from './fresh.ts'

const redis = await startSentinel()
afterAll(() => redis.stop())

const { name, sentinels } = redis
const connect = (): Redis => untilFinished(new Redis({ sentinels: [...sentinels], name }))

describe('a store on a Sentinel client', () => {
  it('goes on after a failover with the documents and versions that it had, and hints', async () => {
    const store = openStore({ client: connect() })
    const version = await store.set('key', 'state', undefined)
    let hints = 0
    store.watch('key', () => (hints += 1))
    await vi.waitUntil(() => hints === 1, soon)
    const replica = redis.servers[1]!
    await vi.waitUntil(async () => (await replica.send('EXISTS', 'latchkey:key')) === 1, soon)

    await redis.failover()
    await vi.waitFor(async () => expect(await store.get('key')).toEqual({ version, state: 'state' }), soon)
    // The connection for hints was lost, too, and is back.
    await vi.waitUntil(() => hints === 2, soon)
    const another = openStore({ client: connect() })
    const changed = await another.set('key', 'changed', version || undefined)
    expect(changed).not.toBe(false)
    await vi.waitUntil(() => hints === 3, soon)
    expect(await store.set('key', 'too late', version || undefined)).toBe(false)
    expect(await store.get('key')).toEqual({ version: changed, state: 'changed' })
  })

  it('gets past a sentinel that hangs, with the time limit that the README advises', async () => {
    const silent = createServer()
    onTestFinished(() => void silent.close())
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const options = { sentinels: [{ port, host: '127.0.0.1' }, ...sentinels], name, sentinelCommandTimeout: 200 }
    const store = openStore({ client: untilFinished(new Redis(options)) })
    await store.get('key')
    const hint = Promise.withResolvers<void>()
    store.watch('key', hint.resolve)
    await hint.promise
  })

  it('rejects while there is no primary', async () => {
    const store = openStore({ client: connect(), ...hasty })
    await vi.waitFor(() => store.get('key'), soon)
    await Promise.all(redis.servers.map((server) => server.kill()))
    const another = openStore({ client: connect(), ...hasty })
    const attempts = [store.get('key'), store.set('key', 'state', undefined), another.get('key')]
    for (const outcome of await Promise.allSettled(attempts)) {
      expect(outcome).toEqual({ status: 'rejected', reason: expect.any(TokenStoreError) })
    }
  })
})
