import { startRedis } from '@latchkey/local-redis'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect, openStore, openSubscriber, soon } from './fresh.ts'

const server = await startRedis()
afterAll(() => server.stop())
beforeEach(() => server.restart())

/** The ids of the connections that hear something. */
async function subscribers(): Promise<string[]> {
  const list = String(await server.send('CLIENT', 'LIST', 'TYPE', 'pubsub'))
  return [...list.matchAll(/^id=(\d+)/gm)].map(([, id]) => id!)
}

const untilSubscribed = (count: number): Promise<boolean> =>
  vi.waitUntil(async () => (await subscribers()).length === count, soon)

describe('the connection for hints', () => {
  it.each([
    ['url', () => ({ url: server.url })],
    ['client', () => ({ client: connect(server.url) })],
  ])(
    '(of a store by %s) is there from the first watcher on, once for all, until the store is closed',
    async (_, how) => {
      const store = openStore(how())
      await store.set('key', 'state', undefined)
      await store.get('key')
      expect(await subscribers()).toEqual([])
      const hinted = new Set<number>()
      const keys = ['key', 'key', 'another', 'third']
      const stops = keys.map((key, index) => store.watch(key, () => hinted.add(index)))
      await vi.waitUntil(() => hinted.size === keys.length, soon)
      const [id] = await subscribers()
      stops[2]!()
      store.watch('fourth', () => hinted.add(4))
      await vi.waitUntil(() => hinted.has(4), soon)
      expect(await subscribers()).toEqual([id])
      await store.close()
      await untilSubscribed(0)
      expect(store.watch('key', () => {})).toBeTypeOf('function')
      expect(await subscribers()).toEqual([])
    },
  )

  it('is closed a while after the last watcher has stopped', async () => {
    const subscriber = openSubscriber(connect(server.url), 50)
    const stops = ['one', 'another'].map((channel) => subscriber.watch(channel, () => {}))
    await untilSubscribed(1)
    for (const stop of stops) stop()
    await untilSubscribed(0)
    subscriber.watch('one', () => {})
    await untilSubscribed(1)
  })

  it('is still there for who watches soon after, and who is told at once', async () => {
    const subscriber = openSubscriber(connect(server.url))
    const first = Promise.withResolvers<void>()
    const stop = subscriber.watch('channel', first.resolve)
    await first.promise
    const before = await subscribers()
    stop()
    const second = Promise.withResolvers<void>()
    subscriber.watch('channel', second.resolve)
    await second.promise
    expect(await subscribers()).toEqual(before)
  })

  it('comes back when it is killed, and hints since something may have been missed', async () => {
    const store = openStore({ url: server.url })
    let hints = 0
    store.watch('key', () => (hints += 1))
    await vi.waitUntil(() => hints === 1, soon)
    await server.send('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await vi.waitUntil(() => hints === 2, soon)
    await server.restart()
    await vi.waitUntil(() => hints === 3, soon)
    await openStore({ url: server.url }).set('key', 'state', undefined)
    await vi.waitUntil(() => hints === 4, soon)
  })

  it('is made as soon as there is a server', async () => {
    await server.kill()
    const store = openStore({ url: server.url })
    const hint = Promise.withResolvers<void>()
    store.watch('key', hint.resolve)
    await expect(store.get('key')).rejects.toThrow('ECONNREFUSED')
    await server.restart()
    await hint.promise
  })
})
