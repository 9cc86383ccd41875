import type { Redis } from 'ioredis'
import type { RedisClient } from './options.ts'

/** How long the connection outlives its last watcher, ms: resets come in waves. */
const longestLinger = 10_000
/** Until a connection that was lost is tried again, ms. */
const retryTime = 500
/** How long connecting may take, ms: nothing depends on it, but it holds the process. */
const connectTimeout = 2_000

/**
 * Hears of changes on a connection of its own, as Redis demands, which is open only while somebody waits.
 * All of it is best effort: whoever waits also polls.
 */
export class Subscriber {
  readonly #client: RedisClient
  readonly #lingerTime: number
  readonly #watchers = new Map<string, Set<() => void>>()
  #connection: Redis | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(client: RedisClient, lingerTime = longestLinger) {
    this.#client = client
    this.#lingerTime = lingerTime
  }

  watch(channel: string, onChange: () => void): () => void {
    if (this.#closed) return () => {}
    // Wrapped, so that the same function watching twice is two watchers.
    const watcher = (): void => onChange()
    const watchers = this.#watchers.get(channel)
    if (watchers === undefined) {
      this.#watchers.set(channel, new Set([watcher]))
      if (this.#connection?.status === 'ready') void this.#subscribe(this.#connection, [channel])
    } else watchers.add(watcher)
    this.#connect()
    return () => this.#unwatch(channel, watcher)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#watchers.clear()
    this.#connection?.disconnect()
  }

  #unwatch(channel: string, watcher: () => void): void {
    const watchers = this.#watchers.get(channel)
    if (watchers?.delete(watcher) !== true || watchers.size > 0) return
    this.#watchers.delete(channel)
    if (this.#watchers.size > 0) void this.#connection?.unsubscribe(channel).catch(() => {})
    else this.#later(this.#lingerTime, () => this.#connection?.disconnect())
  }

  #connect(): void {
    clearTimeout(this.#timer)
    if (this.#connection !== undefined || this.#closed) return
    const connection = duplicate(this.#client)
    // A cluster that knows no node at the moment.
    if (connection === undefined) return this.#retry()
    this.#connection = connection
    connection.on('error', () => {})
    connection.on('connect', () => connection.stream.unref())
    connection.on('message', (channel: string) => this.#hint(channel))
    connection.once('end', () => {
      this.#connection = undefined
      this.#retry()
    })
    void connection.connect().then(
      () => this.#subscribe(connection, [...this.#watchers.keys()]),
      () => {},
    )
  }

  #retry(): void {
    if (this.#watchers.size > 0 && !this.#closed) this.#later(retryTime, () => this.#connect())
  }

  async #subscribe(connection: Redis, channels: readonly string[]): Promise<void> {
    if (channels.length === 0) return
    try {
      await connection.subscribe(...channels)
      // What changed before, nobody heard.
      for (const channel of channels) this.#hint(channel)
    } catch {
      // Not allowed to subscribe, or the connection is gone, which `end` tells.
    }
  }

  #hint(channel: string): void {
    for (const watcher of this.#watchers.get(channel) ?? []) watcher()
  }

  #later(time: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, time * (0.5 + Math.random() / 2)).unref()
  }
}

/** Messages reach every node of a cluster, so any will do. */
function duplicate(client: RedisClient): Redis | undefined {
  const nodes = 'nodes' in client ? client.nodes() : [client]
  return nodes[Math.floor(Math.random() * nodes.length)]?.duplicate({
    lazyConnect: true,
    connectTimeout,
    // ioredis's own timers would keep the process alive.
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResubscribe: false,
    commandTimeout: undefined,
    socketTimeout: undefined,
    monitor: false,
    keyPrefix: '',
  })
}
