import type { StoredDocument, TokenStore, Version } from '@latchkey/core'
import { compareAndSet } from './compare-and-set.ts'
import { Connection } from './connection.ts'
import { isForeign, read, write } from './document.ts'
import { readSettings, type RedisTokenStoreOptions, type Settings } from './options.ts'
import { Subscriber } from './subscriber.ts'

/**
 * Keeps sessions in Redis or Valkey, for all machines that reach it. One key per session; nothing that
 * others keep there is touched. Nothing of the sessions shows in `util.inspect` or `JSON.stringify`.
 */
export class RedisTokenStore implements TokenStore {
  readonly #settings: Settings
  readonly #connection: Connection
  readonly #subscriber: Subscriber
  /** When this process last put a key's expiry off, ms on its own clock. */
  readonly #kept = new Map<string, number>()

  /** @throws {ConfigurationError} for an unknown option, a bad value, or a client that reads from replicas */
  constructor(options: RedisTokenStoreOptions) {
    this.#settings = readSettings(options)
    this.#connection = new Connection(this.#settings.source, this.#settings.timeout)
    this.#subscriber = new Subscriber(this.#connection.client)
  }

  async get(key: string): Promise<StoredDocument | undefined> {
    const name = this.#nameOf(key)
    return this.#connection.run('read a session', async (client) => {
      const value = await client.getBuffer(name)
      if (value === null) return undefined
      const document = read(value)
      if (!isForeign(document)) this.#keep(name)
      return document
    })
  }

  async set(key: string, state: string, expected: Version | undefined): Promise<Version | false> {
    const name = this.#nameOf(key)
    const { expireAfter } = this.#settings
    return this.#connection.run('write a session', async (client) => {
      const written = write(state)
      const isDone = await compareAndSet(client, { ...written, key: name, expected, channel: name, expireAfter })
      if (!isDone) return false
      this.#kept.set(name, performance.now())
      return written.version
    })
  }

  watch(key: string, onChange: () => void): () => void {
    return this.#subscriber.watch(this.#nameOf(key), onChange)
  }

  /** Closes the connections that the store opened, which a client that it was given is not. Afterwards it rejects. */
  async close(): Promise<void> {
    this.#connection.close()
    this.#subscriber.close()
  }

  #nameOf(key: string): string {
    return this.#settings.prefix + key
  }

  /** Who reads uses the session. Now and then is enough, so nobody waits for it, nor minds if it fails. */
  #keep(name: string): void {
    const { expireAfter } = this.#settings
    const now = performance.now()
    if (expireAfter === 'never' || now - (this.#kept.get(name) ?? Number.NEGATIVE_INFINITY) < expireAfter / 10) return
    this.#kept.set(name, now)
    this.#connection.client.pexpire(name, expireAfter).catch(() => {})
  }
}
