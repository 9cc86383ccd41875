import { readFileSync } from 'node:fs'
import type { RedisServer } from '@latchkey/local-redis'
import type { RedisTokenStore, RedisTokenStoreOptions } from '@latchkey/store-redis'
import { vi } from 'vitest'
import { openStore, soon } from './fresh.ts'

export const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [, line = ''] = /^ *ACL (SETUSER latchkey .*)$/m.exec(readme) ?? []
/** The README's line for a user, after `ACL`. */
export const words = line.split(' ')
/** The user whom it makes. */
export const user = { username: 'latchkey', password: 'password' }

/** What the servers have refused so far, but for what ioredis would like to tell them of itself. */
export async function refused(servers: readonly RedisServer[]): Promise<string[]> {
  const logs = (await askAll(servers, 'ACL', 'LOG')) as unknown[][]
  const objects = logs.map((entry) => String(entry[entry.indexOf('object') + 1]))
  return [...new Set(objects)].filter((object) => !object.startsWith('client|'))
}

/** Makes a store do all that it ever does. What comes later than its answers is waited for, unless it is refused. */
export async function useAll(servers: readonly RedisServer[], options: RedisTokenStoreOptions): Promise<void> {
  const open = (): RedisTokenStore => openStore(options)
  const until = (condition: () => Promise<boolean> | boolean): Promise<boolean> =>
    vi.waitUntil(async () => (await condition()) || (await refused(servers)).length > 0, soon)
  let hints = 0
  const store = open()
  const version = await store.set('key', 'state', undefined)
  const [stop] = ['key', 'another'].map((key) => store.watch(key, () => (hints += 1)))
  await until(() => hints === 2)
  const reader = open()
  await reader.get('key')
  // The expiry was put off by when this is answered.
  await reader.get('key')
  await open().set('key', 'changed', version || undefined)
  await until(() => hints === 3)
  stop!()
  await until(async () => String(await askAll(servers, 'PUBSUB', 'CHANNELS')) === 'latchkey:another')
}

async function askAll(servers: readonly RedisServer[], ...command: string[]): Promise<unknown[]> {
  const answers = await Promise.all(servers.map((server) => server.send(...command)))
  return answers.flat()
}
