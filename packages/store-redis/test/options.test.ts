import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { ConfigurationError, TokenStoreError } from '@latchkey/core'
import { RedisTokenStore, type RedisTokenStoreOptions } from '@latchkey/store-redis'
import { Cluster, Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from './fresh.ts'

const url = 'redis://127.0.0.1:6379'
const client = new Redis(url, { lazyConnect: true })

function errorOf(options: unknown): ConfigurationError {
  try {
    const store = new RedisTokenStore(options as RedisTokenStoreOptions)
    expect.fail(`it takes them, and is ${inspect(store)}`)
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
}

/** As node-redis has them: the same ideas under other names. */
const nodeRedis = Object.fromEntries(
  ['get', 'set', 'eval', 'evalSha', 'pExpire', 'duplicate', 'connect', 'once', 'on', 'off'].map((name) => [
    name,
    async () => undefined,
  ]),
)

const cluster = (scaleReads: 'slave' | 'all' | (() => never)): Cluster =>
  new Cluster([url], { lazyConnect: true, scaleReads })

const refused: [option: string, what: string, options: unknown][] = [
  ['RedisTokenStore options', 'nothing', undefined],
  ['RedisTokenStore option database', 'one that is unknown', { url, database: 1 }],
  ['client', 'neither client nor url', { prefix: 'app:' }],
  ['url', 'both client and url', { client, url }],
  ['client', 'a client of node-redis', { client: nodeRedis }],
  ['client', "ioredis's class", { client: Redis }],
  ['client', 'a URL', { client: url }],
  ['client', 'null', { client: null }],
  ['client', "a cluster that reads from replicas, with 'slave'", { client: cluster('slave') }],
  ['client', "a cluster that reads from replicas, with 'all'", { client: cluster('all') }],
  ['client', 'a cluster that reads from where a function says', { client: cluster(() => expect.fail()) }],
  [
    'client',
    'a Sentinel client of a replica',
    { client: new Redis({ sentinels: [{ port: 1 }], name: 'primary', role: 'slave', lazyConnect: true }) },
  ],
  ['url', 'http', { url: 'http://127.0.0.1:6379' }],
  ['url', 'http, as a URL object', { url: new URL('http://127.0.0.1:6379') }],
  ['url', 'no scheme', { url: '127.0.0.1:6379' }],
  ['url', 'no host', { url: 'redis://' }],
  ['url', 'an empty string', { url: '' }],
  ['url', 'a number', { url: 6379 }],
  ['url', 'a password that is not encoded', { url: 'redis://:100%@127.0.0.1' }],
  ['prefix', 'a number', { url, prefix: 7 }],
  ['timeout', 'zero', { url, timeout: 0 }],
  ['timeout', 'NaN', { url, timeout: Number.NaN }],
  ['timeout', 'a string', { url, timeout: '400' }],
  ['timeout', 'no end', { url, timeout: Number.POSITIVE_INFINITY }],
  ['expireAfter', 'a few ms', { url, expireAfter: 5 }],
  ['expireAfter', 'half a ms', { url, expireAfter: 60_000.5 }],
  ['expireAfter', 'another word', { url, expireAfter: 'always' }],
]

describe('RedisTokenStore options', () => {
  it.each(refused)('refuse, naming %s: %s', (option, _what, options) => {
    const error = errorOf(options)
    expect(error.option).toBe(option)
    expect(error.message).toContain(option)
  })

  it.each<[string, unknown]>([
    ['both client and url', { client, url: 'redis://user:canary@127.0.0.1' }],
    ['a url with another scheme', { url: 'http://user:canary@127.0.0.1' }],
    ['a url that cannot be parsed', { url: 'redis://user:canary@127.0.0.1:port' }],
    ['a url whose password is not encoded', { url: 'redis://user:canary%@127.0.0.1' }],
    ['a URL object', { url: new URL('http://user:canary@127.0.0.1') }],
    ['a url where a client belongs', { client: 'redis://user:canary@127.0.0.1' }],
    ['a url beside a bad value', { url: 'redis://user:canary@127.0.0.1', timeout: 0 }],
    ['a client of a replica', { client: new Redis({ password: 'canary', role: 'slave', lazyConnect: true }) }],
  ])('tell nothing of a password in %s', (_what, options) => {
    const error = errorOf(options)
    for (const text of [inspect(error, { depth: Infinity, showHidden: true }), JSON.stringify(error), error.stack]) {
      expect(text).not.toContain('canary')
    }
  })

  it('take undefined for one that was left out', () => {
    expect(openStore({ url, client: undefined, prefix: undefined, timeout: undefined })).toBeInstanceOf(RedisTokenStore)
  })

  it('connect nobody when the store is built', async () => {
    expect(openStore({ client })).toBeInstanceOf(RedisTokenStore)
    expect(client.status).toBe('wait')
  })

  it.each(['rediss:', 'REDISS:'])('take %s for TLS', async (scheme) => {
    const server = createServer()
    onTestFinished(() => void server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const store = openStore({ url: `${scheme}//127.0.0.1:${(server.address() as AddressInfo).port}` })
    const outcome = store.get('key').catch((error: unknown) => error)
    const [socket] = (await once(server, 'connection')) as [Socket]
    const [bytes] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(await outcome).toBeInstanceOf(TokenStoreError)
    // How a handshake of TLS begins.
    expect(bytes[0]).toBe(22)
  })
})
