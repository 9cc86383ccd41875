import { createHash } from 'node:crypto'
import type { Version } from '@latchkey/core'
import type { RedisClient } from './options.ts'
import type { Written } from './document.ts'

/**
 * Writes if the version is the expected one. Also says yes where this very write was done before, because
 * clients send a command again whose reply was lost. The hint must not undo the write: a user may not be
 * allowed to publish.
 */
const script = `
local value = redis.call('GET', KEYS[1])
local version = ''
if value then
  version = string.match(value, '^[pj]:([%da-f%-]+):')
  if not version or #version ~= 36 then version = 'foreign-' .. redis.sha1hex(value) end
end
if version == ARGV[2] then return 1 end
if version ~= ARGV[1] then return 0 end
if ARGV[4] == 'never' then
  redis.call('SET', KEYS[1], ARGV[5])
else
  redis.call('SET', KEYS[1], ARGV[5], 'PX', ARGV[4])
end
redis.pcall('PUBLISH', ARGV[3], '')
return 1
`

const sha = createHash('sha1').update(script).digest('hex')

export interface CompareAndSet extends Written {
  readonly key: string
  readonly expected: Version | undefined
  /** Where those hear of it who wait. */
  readonly channel: string
  /** ms */
  readonly expireAfter: number | 'never'
}

export async function compareAndSet(
  client: RedisClient,
  { key, expected, version, channel, expireAfter, value }: CompareAndSet,
): Promise<boolean> {
  // The state last: some errors of Redis quote the first arguments.
  const args = [1, key, expected ?? '', version, channel, expireAfter, value] as const
  try {
    return isDone(await client.evalsha(sha, ...args))
  } catch (error) {
    // A server that was restarted, or a node that the key has moved to.
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
    return isDone(await client.eval(script, ...args))
  }
}

/** A client may have been told to read numbers as strings. */
const isDone = (reply: unknown): boolean => Number(reply) === 1
