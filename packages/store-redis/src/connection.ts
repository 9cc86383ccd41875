import { TokenStoreError } from '@latchkey/core'
import { Redis } from 'ioredis'
import type { RedisClient } from './options.ts'
import { lateError, storeError } from './problems.ts'

/** One client and its readiness. No operation outlasts its time limit, whatever the client waits for. */
export class Connection {
  readonly client: RedisClient
  readonly #own: Redis | undefined
  readonly #timeout: number
  #becomingReady: Promise<void> | undefined
  #stopWaiting: ((reason: Error) => void) | undefined
  /** Why there is no connection, as far as the client told while somebody waited. */
  #trouble: Error | undefined
  #running = 0
  #closed = false

  constructor(source: RedisClient | string, timeout: number) {
    this.#timeout = timeout
    this.#own = typeof source === 'string' ? this.#open(source) : undefined
    this.client = typeof source === 'string' ? this.#own! : source
  }

  /** @throws {TokenStoreError} if Redis is out of reach, too slow, or refuses */
  async run<T>(verb: string, command: (client: RedisClient) => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      const give = (): void => reject(lateError(verb, this.#timeout, this.client.status, this.#trouble))
      // An answer that is there already counts, even if this process came to look at it too late.
      timer = setTimeout(() => setImmediate(give), this.#timeout)
    })
    this.#hold(1)
    try {
      // Nothing is sent once nobody waits for it any more, be it by the store or from the client's own queue.
      await Promise.race([this.#ready(), late])
      return await Promise.race([command(this.client), late])
    } catch (error) {
      throw storeError(verb, error)
    } finally {
      clearTimeout(timer)
      this.#hold(-1)
    }
  }

  close(): void {
    this.#closed = true
    this.#stopWaiting?.(closedError())
    this.#own?.disconnect()
  }

  async #ready(): Promise<void> {
    const { client } = this
    if (this.#closed) throw closedError()
    if (isOpen(client)) return
    if (client.status === 'end' && client !== this.#own) throw new Error('the client was closed')
    await (this.#becomingReady ??= this.#becomeReady())
  }

  /** One wait for all, so that the client has one set of listeners. It goes on when all of them have given up. */
  async #becomeReady(): Promise<void> {
    const { client } = this
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    // The store's own, on its way out after READONLY.
    let isLeaving = client === this.#own && client.status === 'ready'
    const connect = (): void => {
      isLeaving = false
      this.#trouble = undefined
      client.connect().catch(() => {})
    }
    const onEnd = (): void => (isLeaving ? connect() : reject(this.#trouble ?? new Error('the connection ended')))
    const onError = (error: Error): void => void (this.#trouble = error)
    client.on('ready', resolve)
    client.on('end', onEnd)
    client.on('error', onError)
    this.#stopWaiting = reject
    if (client.status === 'wait' || client.status === 'end') connect()
    try {
      await promise
      this.#trouble = undefined
    } finally {
      client.off('ready', resolve)
      client.off('end', onEnd)
      client.off('error', onError)
      this.#becomingReady = undefined
      this.#stopWaiting = undefined
    }
  }

  #open(url: string): Redis {
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: this.#timeout,
      // Nothing is done behind the store's back: whoever wants an answer connects, and nobody's command is sent late.
      retryStrategy: () => null,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // A server that still loads its data says so itself. The check would need a right of its own, and hold the process.
      enableReadyCheck: false,
      // A server that vanished without a word must not hold the connection for the minutes that TCP would.
      socketTimeout: Math.min(this.#timeout * 5, 60_000),
      // After a failover behind one name, the old primary still answers.
      reconnectOnError: ({ message }) => message.includes('READONLY'),
    })
    // It tells those who wait. Without a listener ioredis would print.
    client.on('error', () => {})
    client.on('connect', () => this.#holdStream())
    return client
  }

  /** A connection of the store's own keeps the process alive only while it is used. */
  #hold(change: 1 | -1): void {
    this.#running += change
    this.#holdStream()
  }

  #holdStream(): void {
    const stream = this.#own?.stream
    // One that is gone would collect listeners.
    if (stream?.destroyed !== false) return
    if (this.#running > 0) stream.ref()
    else stream.unref()
  }
}

/** A client calls itself ready until its connection is gone, and what it gets while it is closing it queues. */
function isOpen(client: RedisClient): boolean {
  return client.status === 'ready' && (!('stream' in client) || client.stream.writable)
}

const closedError = (): TokenStoreError => new TokenStoreError('The store was closed')
