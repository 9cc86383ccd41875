import { once } from 'node:events'
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net'
import { startRedis } from '@latchkey/local-redis'
import type { RedisTokenStore } from '@latchkey/store-redis'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect, openStore, soon } from './fresh.ts'

const [one, other] = await Promise.all([startRedis(), startRedis()])

// A name that leads to one server first and then to another, as in a DNS. Who is connected stays with the first.
let target = one.port
const connections: [Socket, Socket][] = []
const name = createServer((near) => {
  const far = connectTo(target, '127.0.0.1')
  connections.push([near, far])
  for (const socket of [near, far]) socket.on('error', () => {})
  near.pipe(far).pipe(near)
})
name.listen(0, '127.0.0.1')
await once(name, 'listening')
const url = `redis://127.0.0.1:${(name.address() as AddressInfo).port}`

beforeEach(async () => {
  await Promise.all([one.restart(), other.restart()])
  target = one.port
})
afterAll(async () => {
  for (const socket of connections.flat()) socket.destroy()
  name.close()
  await Promise.all([one.stop(), other.stop()])
})

// The README's advice for a client, and what a store by url does by itself.
const settings = {
  socketTimeout: 500,
  reconnectOnError: ({ message }: Error) => message.includes('READONLY'),
}
const ways: [how: string, open: (timeout?: number) => RedisTokenStore][] = [
  ['by url', (timeout = 20_000) => openStore({ url, timeout })],
  ['by client', (timeout = 20_000) => openStore({ client: connect(url, settings), timeout })],
]

describe.each(ways)('a store %s', (_how, open) => {
  it('finds the new primary behind its name, while the old one still answers', async () => {
    const store = open()
    await store.set('key', 'state', undefined)
    target = other.port
    await one.send('REPLICAOF', '127.0.0.1', '1')
    await expect(store.set('another', 'state', undefined)).rejects.toThrow('READONLY')
    expect(await store.set('another', 'state', undefined)).not.toBe(false)
    expect(await other.send('EXISTS', 'latchkey:another')).toBe(1)
  })

  it('connects anew to a server that fell silent', async () => {
    const store = open(100)
    await vi.waitFor(() => store.set('key', 'state', undefined), soon)
    for (const [near, far] of connections) near.unpipe(far)
    await expect(store.get('key')).rejects.toThrow('no answer within 100 ms')
    await vi.waitFor(async () => expect((await store.get('key'))?.state).toBe('state'), soon)
  })
})
