import { ConfigurationError, kinds, type OptionKind, readOptions } from '@latchkey/core'
import type { Cluster, Redis } from 'ioredis'

/** A client of ioredis, whatever it is connected to: one server, a primary by way of Sentinel, or a cluster. */
export type RedisClient = Redis | Cluster

interface CommonOptions {
  /** What the store's keys, and the channels of its hints, begin with. Default `'latchkey:'`. */
  readonly prefix?: string | undefined
  /**
   * How long one operation may take, ms, waiting for a connection included; then it rejects. A little less
   * than a session's `storeTimeout` lets the error tell what Redis did. Default 400.
   */
  readonly timeout?: number | undefined
  /**
   * After how long a session that nobody used is forgotten, ms. Sessions in use are kept. `'never'`: only
   * Redis's own eviction forgets. Default 30 days.
   */
  readonly expireAfter?: number | 'never' | undefined
}

export type RedisTokenStoreOptions = CommonOptions &
  (
    | {
        /** An ioredis client of your own. The store shares it, and never closes it. */
        readonly client: RedisClient
        readonly url?: undefined
      }
    | {
        /** Where Redis is: `redis://` or, with TLS, `rediss://`. The store opens a connection and `close()` ends it. */
        readonly url: string | URL
        readonly client?: undefined
      }
  )

/** What the store does where its options are silent. Times in ms. */
export const redisDefaults = {
  prefix: 'latchkey:',
  timeout: 400,
  expireAfter: 30 * 24 * 60 * 60_000,
} as const

/** The options after they were checked. */
export interface Settings {
  readonly source: RedisClient | string
  readonly prefix: string
  readonly timeout: number
  readonly expireAfter: number | 'never'
}

const methods = ['get', 'evalsha', 'eval', 'pexpire', 'duplicate', 'connect', 'once'] as const

const optionKinds = {
  client: {
    takes: 'an ioredis client (new Redis() or new Cluster()), or url takes where Redis is',
    read: (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
        ? (value as RedisClient)
        : undefined,
  } satisfies OptionKind<RedisClient>,
  url: {
    takes: 'a redis:// or rediss:// URL, with user and password percent-encoded',
    read: (value) => (typeof value === 'string' || value instanceof URL ? readUrl(value) : undefined),
  } satisfies OptionKind<string>,
  prefix: {
    takes: 'a string',
    read: (value) => (typeof value === 'string' ? value : undefined),
  } satisfies OptionKind<string>,
  timeout: kinds.duration({ min: 1 }),
  expireAfter: {
    takes: "a time in ms from 60000 on, or 'never'",
    read: (value) =>
      value === 'never' || (Number.isSafeInteger(value) && (value as number) >= 60_000)
        ? (value as number | 'never')
        : undefined,
  } satisfies OptionKind<number | 'never'>,
}

/** In its normal form: ioredis takes `REDISS://` for a connection without TLS. */
function readUrl(value: string | URL): string | undefined {
  try {
    const { href, protocol, host, username, password } = new URL(value)
    decodeURIComponent(username + password)
    return /^rediss?:$/.test(protocol) && host !== '' ? href : undefined
  } catch {
    return undefined
  }
}

/** @throws {ConfigurationError} for an unknown option, a bad value, or a client that does not fit */
export function readSettings(input: RedisTokenStoreOptions): Settings {
  const { client, url, prefix, timeout, expireAfter } = readOptions('RedisTokenStore', input, optionKinds)
  const source = client ?? url
  if (source === undefined) throw new ConfigurationError('client', optionKinds.client.takes, undefined)
  if (client !== undefined && url !== undefined) throw new ConfigurationError('url', 'no value beside a client', url)
  if (client !== undefined) refuseReplicas(client)
  return {
    source,
    prefix: prefix ?? redisDefaults.prefix,
    timeout: timeout ?? redisDefaults.timeout,
    expireAfter: expireAfter ?? redisDefaults.expireAfter,
  }
}

/** Replicas lag behind: what is read there may be a grant that is dead by now, and nothing can be written. */
function refuseReplicas(client: RedisClient): void {
  const { scaleReads, role } = client.options as { scaleReads?: unknown; role?: unknown }
  if (scaleReads !== undefined && scaleReads !== 'master') {
    throw new ConfigurationError('client', "a cluster client that reads from primaries (scaleReads: 'master')", client)
  }
  if (role === 'slave') throw new ConfigurationError('client', "a client of the primary (role: 'master')", client)
}
