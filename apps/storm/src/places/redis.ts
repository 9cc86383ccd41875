import {
  type Link,
  type RedisCluster,
  type RedisSentinel,
  type RedisServer,
  startCluster,
  startLink,
  startRedis,
  startSentinel,
} from '@latchkey/local-redis'
import type { RedisTopology } from '../options.ts'
import type { Place } from './place.ts'

/** Real Redis servers of this storm's own. */
export interface RedisPlace {
  readonly servers: readonly RedisServer[]
  /** Each worker's way to the server, where that can be cut. */
  readonly links: readonly Link[]
  /** Brings servers back that were killed. Standalone ones are empty then. */
  restart(): Promise<unknown>
  /** Only with Sentinel. */
  failover(): Promise<void>
}

export function startRedisPlace(topology: RedisTopology, workers: number): Promise<Place> {
  if (topology === 'cluster') return startCluster().then(clusterPlace)
  if (topology === 'sentinel') return startSentinel().then(sentinelPlace)
  return startServerPlace(workers)
}

async function startServerPlace(workers: number): Promise<Place> {
  const server = await startRedis()
  const links = await Promise.all(Array.from({ length: workers }, () => startLink(server.port)))
  return {
    isTemporary: true,
    // Half of the workers bring a client of their own, as it is by default.
    storeOf: (number) => ({
      kind: 'redis',
      url: links[number - 1]!.url,
      by: number % 2 === 0 ? 'client' : 'url',
      isTemporary: true,
    }),
    redis: { servers: [server], links, restart: () => server.restart(), failover: () => noFailover() },
    remove: () => Promise.all([server.stop(), ...links.map((link) => link.stop())]),
  }
}

function clusterPlace(cluster: RedisCluster): Place {
  return {
    isTemporary: true,
    storeOf: () => ({ kind: 'redis-cluster', nodes: cluster.addresses }),
    redis: {
      servers: cluster.nodes,
      links: [],
      restart: async () => {
        await Promise.all(cluster.nodes.map((node) => node.restart()))
        await cluster.settled()
      },
      failover: () => noFailover(),
    },
    remove: () => cluster.stop(),
  }
}

function sentinelPlace(sentinel: RedisSentinel): Place {
  const { name, sentinels, servers } = sentinel
  return {
    isTemporary: true,
    storeOf: () => ({ kind: 'redis-sentinel', sentinels, name }),
    redis: {
      servers,
      links: [],
      restart: () => Promise.all(servers.map((server) => server.restart())),
      failover: () => sentinel.failover(),
    },
    remove: () => sentinel.stop(),
  }
}

async function noFailover(): Promise<never> {
  throw new Error('Only with Sentinel is there a replica that takes over')
}
