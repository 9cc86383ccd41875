import { randomUUID } from 'node:crypto'
import { type Link, redisUrl, startCluster, startLink } from '@latchkey/local-redis'
import { testTokenStore, type TokenStoreTestOptions } from '@latchkey/store-testkit'
import { Redis } from 'ioredis'
import { afterAll, describe, it, vi } from 'vitest'
import { open, type Place } from './open-store.ts'

const redis = await redisUrl()
const cluster = await startCluster()
const links = new Map<string, Link>()

// Its processes take their turns with those of other tests, on whatever machine this is.
vi.setConfig({ testTimeout: 90_000 })

afterAll(async () => {
  vi.resetConfig()
  await Promise.all([redis.close(), cluster.stop()])
})

const common = {
  describe,
  it,
  timeLimit: 60_000,
  open,
  shares: 'processes',
  processes: {
    module: new URL('./open-store.ts', import.meta.url),
    execArgv: ['--conditions=latchkey-source'],
  },
  durable: true,
  watches: true,
} as const satisfies Partial<TokenStoreTestOptions>

const placeIn = (where: object): string => JSON.stringify({ ...where, prefix: `latchkey-test:${randomUUID()}:` })

testTokenStore({
  ...common,
  name: 'RedisTokenStore on one server',
  place: async () => {
    const url = new URL(redis.url)
    const link = await startLink(Number(url.port), url.hostname)
    url.host = `127.0.0.1:${link.port}`
    const place = placeIn({ url: url.href })
    links.set(place, link)
    return place
  },
  makeUnavailable: (place) => {
    links.get(place)!.cut()
    return () => links.get(place)!.restore()
  },
  cleanUp: async (place) => {
    await links.get(place)!.stop()
    await removeKeys((JSON.parse(place) as Place).prefix)
  },
})

testTokenStore({
  ...common,
  name: 'RedisTokenStore on a cluster',
  place: () => placeIn({ cluster: cluster.addresses }),
  makeUnavailable: async () => {
    await Promise.all(cluster.nodes.map((node) => node.freeze()))
    return async () => {
      await Promise.all(cluster.nodes.map((node) => node.thaw()))
      await cluster.settled()
    }
  },
})

/** A server that was given to the tests is left as it was found. */
async function removeKeys(prefix: string): Promise<void> {
  const client = new Redis(redis.url)
  for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1_000 })) {
    if ((keys as string[]).length > 0) await client.del(keys as string[])
  }
  client.disconnect()
}
