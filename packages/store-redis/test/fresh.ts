import { type RedisClient, RedisTokenStore, type RedisTokenStoreOptions } from '@latchkey/store-redis'
import { Cluster, type ClusterNode, type ClusterOptions, Redis, type RedisOptions } from 'ioredis'
import { onTestFinished } from 'vitest'
import { Subscriber } from '../src/subscriber.ts'

/** For `vi.waitFor` and `vi.waitUntil`: a deadline, and nothing that anybody measures. */
export const soon = { timeout: 20_000, interval: 10 }

/** For who waits until the time is up. */
export const hasty = { timeout: 400 }

/** A patient one, so that no test fails since the machine is busy with something else. */
export function openStore(options: RedisTokenStoreOptions): RedisTokenStore {
  const store = new RedisTokenStore({ timeout: 20_000, ...options })
  onTestFinished(() => store.close())
  return store
}

export function openSubscriber(client: RedisClient, lingerTime?: number): Subscriber {
  const subscriber = new Subscriber(client, lingerTime)
  onTestFinished(() => subscriber.close())
  return subscriber
}

/** A client of the test's own, as a user would have one. */
export function connect(url: string, options: Omit<RedisOptions, 'replyMapping'> = {}): Redis {
  return untilFinished(new Redis(url, options))
}

export function connectToCluster(
  nodes: readonly ClusterNode[],
  options: Omit<ClusterOptions, 'redisOptions'> = {},
): Cluster {
  return untilFinished(new Cluster([...nodes], options))
}

/** Whoever was connected is let go at the end. */
export function untilFinished<C extends RedisClient>(client: C): C {
  client.on('error', () => {})
  onTestFinished(() => client.disconnect())
  return client
}
