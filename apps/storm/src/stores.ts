import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenStore } from '@latchkey/core'
import { FileTokenStore } from '@latchkey/store-file'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { type RedisClient, RedisTokenStore } from '@latchkey/store-redis'
import { Cluster, Redis } from 'ioredis'
import type { StorePlan } from './options.ts'
import type { Place, WorkerStore } from './places/place.ts'
import { startRedisPlace } from './places/redis.ts'

/** What a storm leaves in somebody's Redis is gone after an hour, ms. */
const expireAfter = 3_600_000

/**
 * A place for the workers' store, made for this storm unless the user named one.
 *
 * @param isReal whether the sessions in it are those of a real server, and may be wanted again
 */
export async function placeStore(plan: StorePlan, workers: number, isReal: boolean): Promise<Place> {
  if (plan.kind === 'memory') return { storeOf: () => ({ kind: 'memory' }), isTemporary: true, remove: () => {} }
  if (plan.kind === 'file') return placeFile(plan.path)
  if (plan.topology !== 'given') return startRedisPlace(plan.topology, workers)
  const { url } = plan
  return {
    storeOf: () => ({ kind: 'redis', url, by: 'url', isTemporary: !isReal }),
    isTemporary: false,
    remove: () => {},
  }
}

/** In a folder of its own (mode 0700, as mkdtemp makes them) unless the user named a file. */
function placeFile(path: string | undefined): Place {
  if (path !== undefined) return { storeOf: () => ({ kind: 'file', path }), isTemporary: false, remove: () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-storm-'))
  return {
    storeOf: () => ({ kind: 'file', path: join(folder, 'sessions.db') }),
    isTemporary: true,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export interface OpenStore {
  readonly store: TokenStore
  close(): Promise<void>
}

/** Opens a worker's store. */
export function openStore(plan: WorkerStore): OpenStore {
  if (plan.kind === 'memory') return { store: new MemoryTokenStore(), close: async () => {} }
  if (plan.kind === 'file') return ownStore(new FileTokenStore({ path: plan.path }))
  if (plan.kind === 'redis-cluster') return clientStore(new Cluster([...plan.nodes]))
  if (plan.kind === 'redis-sentinel') return clientStore(new Redis({ sentinels: [...plan.sentinels], name: plan.name }))
  if (plan.by === 'client') return clientStore(new Redis(plan.url))
  return ownStore(new RedisTokenStore({ url: plan.url, ...(plan.isTemporary && { expireAfter }) }))
}

function ownStore(store: FileTokenStore | RedisTokenStore): OpenStore {
  return { store, close: () => store.close() }
}

function clientStore(client: RedisClient): OpenStore {
  // What is wrong shows in the session's own events; a client without a listener prints it.
  client.on('error', () => {})
  const store = new RedisTokenStore({ client, expireAfter })
  return {
    store,
    close: async () => {
      await store.close()
      client.disconnect()
    },
  }
}
