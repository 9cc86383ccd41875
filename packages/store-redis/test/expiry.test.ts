import { startLink, startRedis } from '@latchkey/local-redis'
import { redisDefaults } from '@latchkey/store-redis'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStore, soon } from './fresh.ts'

const server = await startRedis()
afterAll(() => server.stop())
beforeEach(() => server.send('FLUSHALL'))

const { url } = server
const name = 'latchkey:key'
const timeToLive = async (): Promise<number> => Number(await server.send('PTTL', name))

/** Of what was written a moment ago. */
function expectFull(time: number, expireAfter: number): void {
  expect(time).toBeLessThanOrEqual(expireAfter)
  expect(time).toBeGreaterThan(expireAfter - 30_000)
}

describe('the expiry of a document', () => {
  it.each([redisDefaults.expireAfter, 60_000])('is %i ms after it was written', async (expireAfter) => {
    const store = openStore({ url, expireAfter })
    const version = await store.set('key', 'state', undefined)
    expectFull(await timeToLive(), expireAfter)
    await server.send('PEXPIRE', name, '50000')
    await store.set('key', 'changed', version || undefined)
    expectFull(await timeToLive(), expireAfter)
  })

  it('is 30 days unless the store is told otherwise', async () => {
    await openStore({ url }).set('key', 'state', undefined)
    expectFull(await timeToLive(), 30 * 24 * 60 * 60 * 1_000)
  })

  it("is never with 'never', also for who reads", async () => {
    const store = openStore({ url, expireAfter: 'never' })
    await store.set('key', 'state', undefined)
    expect(await timeToLive()).toBe(-1)
    await server.send('PEXPIRE', name, '50000')
    await openStore({ url, expireAfter: 'never' }).get('key')
    expect(await timeToLive()).toBeLessThanOrEqual(50_000)
  })

  it('is put off by a store that reads it, which does so now and then only', async () => {
    await openStore({ url }).set('key', 'state', undefined)
    await server.send('PEXPIRE', name, '50000')
    await using link = await startLink(server.port)
    const store = openStore({ url: link.url })
    await store.get('key')
    await vi.waitUntil(async () => (await timeToLive()) > 50_000, soon)
    const requests = link.requests
    await store.get('key')
    await store.get('key')
    expect(link.requests).toBe(requests + 2)
  })

  it('is not put off by the store that wrote it: that was done with the write', async () => {
    await using link = await startLink(server.port)
    const store = openStore({ url: link.url })
    await store.set('key', 'state', undefined)
    const requests = link.requests
    await store.get('key')
    await store.get('key')
    expect(link.requests).toBe(requests + 2)
  })

  it('is nothing that a read gives to what others keep there', async () => {
    await server.send('SET', name, 'foreign')
    const store = openStore({ url })
    await store.get('key')
    await store.get('key')
    expect(await timeToLive()).toBe(-1)
  })

  it('leaves nothing behind', async () => {
    const store = openStore({ url })
    const version = await store.set('key', 'state', undefined)
    await server.send('PEXPIRE', name, '1')
    await vi.waitFor(async () => expect(await store.get('key')).toBeUndefined(), soon)
    expect(await store.set('key', 'changed', version || undefined)).toBe(false)
    expect(await store.set('key', 'new', undefined)).not.toBe(false)
  })
})
