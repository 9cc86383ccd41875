import { startLink, startRedis } from '@latchkey/local-redis'
import { TokenStoreError } from '@latchkey/core'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { connect, hasty, openStore, soon } from './fresh.ts'

const server = await startRedis()
const link = await startLink(server.port)
afterAll(async () => {
  await link.stop()
  await server.stop()
})

describe('a write whose reply is lost', () => {
  it('rejects, and has been done', async () => {
    const store = openStore({ url: link.url, ...hasty })
    await vi.waitFor(() => store.get('rejecting'), soon)
    const version = await store.set('rejecting', 'state', undefined)
    link.dropReplies()
    await expect(store.set('rejecting', 'changed', version || undefined)).rejects.toThrow(TokenStoreError)
    link.restore()
    await vi.waitFor(async () => expect((await store.get('rejecting'))?.state).toBe('changed'), soon)
    expect(await store.set('rejecting', 'again', version || undefined)).toBe(false)
  })

  it('gets its own version from a client that sends it again', async () => {
    const client = connect(link.url, { retryStrategy: () => 50 })
    const store = openStore({ client })
    const before = await store.set('resent', 'state', undefined)
    const requests = link.requests
    link.dropReplies()
    const write = store.set('resent', 'changed', before || undefined)
    await vi.waitUntil(async () => String(await server.send('GET', 'latchkey:resent')).endsWith('changed'), soon)
    // By the time that this is answered, the link has met the reply.
    await server.send('PING')
    link.restore()
    const version = await write
    expect(await openStore({ url: server.url }).get('resent')).toEqual({ version, state: 'changed' })
    // Once before and once after all that a client says when it connects.
    expect(link.requests).toBeGreaterThan(requests + 2)
  })
})
