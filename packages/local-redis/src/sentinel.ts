import { type Address, addressOf, orStop, startAll, stopAll } from './group.ts'
import { type RedisServer, startRedis, startServer } from './server.ts'
import { until } from './until.ts'

/** A primary and a replica under the eyes of three sentinels, all on 127.0.0.1. */
export interface RedisSentinel extends AsyncDisposable {
  /** What the sentinels call the primary, whichever server it is. */
  readonly name: string
  /** Where the sentinels listen. */
  readonly sentinels: readonly Address[]
  /** The two servers; the first is the primary at the start. */
  readonly servers: readonly RedisServer[]
  /** The primary now, once all sentinels that answer name the same. Rejects if none answers. */
  primary(): Promise<RedisServer>
  /**
   * Makes the other server the primary, once it has all that was written before the call. Resolves when it says
   * so itself and all sentinels agree.
   */
  failover(): Promise<void>
  /** Ends servers and sentinels. Once it has been called, calling it again does nothing. */
  stop(): Promise<void>
}

const name = 'primary'

/** Periods, ms. */
const haste = ['PUBLISH-PERIOD', '200', 'INFO-PERIOD', '500']

/** ms until the sentinels have made a replica of a primary that crashed and came back. They take about 10 s. */
const patience = 60_000

/**
 * Starts them. Resolves when the replica is in sync and the sentinels know it and each other. They take a
 * primary for dead that does not answer for 500 ms, once two of them say so.
 */
export async function startSentinel(): Promise<RedisSentinel> {
  // Without a disk a primary waits 5 s for more replicas to come, and later up to a second for a word of theirs.
  const config = { 'repl-diskless-sync': 'no' }
  const primary = await startRedis({ config })
  const all = [primary]
  return orStop(all, async () => {
    const replica = await startRedis({ config: { ...config, replicaof: `127.0.0.1 ${primary.port}` } })
    all.push(replica)
    await untilInSync(replica, primary)
    const sentinels = await startAll(Array.from({ length: 3 }, () => () => startWatching(primary)))
    all.push(...sentinels)
    await until(`the meeting of the sentinels of port ${primary.port}`, () => haveMet(sentinels))
    return new Watched([primary, replica], sentinels)
  })
}

async function startWatching({ port }: RedisServer): Promise<RedisServer> {
  const sentinel = await startServer(
    {
      'protected-mode': 'no',
      'sentinel monitor': `${name} 127.0.0.1 ${port} 2`,
      'sentinel down-after-milliseconds': `${name} 500`,
      'sentinel failover-timeout': `${name} 3000`,
      'sentinel parallel-syncs': `${name} 1`,
    },
    { sentinel: true },
  )
  // Sentinels look around every 2 s and 10 s, so that it takes them 10 s to make a replica of a primary of old.
  await sentinel.send('SENTINEL', 'DEBUG', ...haste).catch((error: Error) => {
    // Redis 6 takes its time.
    if (!/unknown.*subcommand/i.test(error.message)) throw error
  })
  return sentinel
}

/** Resolves once the replica has all that the primary has now. It is said to be in sync before the stream begins. */
async function untilInSync(replica: RedisServer, primary: RedisServer): Promise<void> {
  const what = `the sync of the server on port ${replica.port}`
  const reached = async (offset: number): Promise<boolean> => {
    const info = await replicationOf(replica)
    const isUp = info['master_port'] === String(primary.port) && info['master_link_status'] === 'up'
    return isUp && Number(info['slave_repl_offset']) >= offset
  }
  await until(what, () => reached(0), patience)
  // Goes through the stream and changes no data.
  await primary.send('PUBLISH', 'latchkey', 'sync')
  const { master_repl_offset: offset } = await replicationOf(primary)
  await until(what, () => reached(Number(offset)), patience)
}

async function replicationOf(server: RedisServer): Promise<Record<string, string>> {
  const lines = String(await server.send('INFO', 'replication')).split('\r\n')
  return Object.fromEntries(lines.map((line) => line.split(':', 2)))
}

async function haveMet(sentinels: readonly RedisServer[]): Promise<boolean> {
  const known = await Promise.all(
    sentinels.map(async (sentinel) => {
      const others = (await sentinel.send('SENTINEL', 'SENTINELS', name)) as unknown[]
      const replicas = (await sentinel.send('SENTINEL', 'SLAVES', name)) as unknown[]
      return others.length === sentinels.length - 1 && replicas.length === 1
    }),
  )
  return known.every(Boolean)
}

class Watched implements RedisSentinel {
  readonly name = name
  readonly sentinels: readonly Address[]
  readonly servers: readonly RedisServer[]
  readonly #watchers: readonly RedisServer[]

  constructor(servers: readonly RedisServer[], watchers: readonly RedisServer[]) {
    this.servers = servers
    this.sentinels = watchers.map(addressOf)
    this.#watchers = watchers
  }

  async primary(): Promise<RedisServer> {
    let named: RedisServer[] = []
    await until('agreement of the sentinels', async () => {
      const answers = await Promise.allSettled(this.#watchers.map((watcher) => this.#primaryOf(watcher)))
      named = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
      if (named.length === 0) throw (answers[0] as PromiseRejectedResult).reason
      return new Set(named).size === 1
    })
    return named[0]!
  }

  async failover(): Promise<void> {
    const before = await this.primary()
    const next = this.servers.find((server) => server !== before)!
    // Sentinels would promote it all the same, and what it lacks would be lost.
    await untilInSync(next, before)
    await until(`the beginning of a failover from port ${before.port}`, () => this.#begin(), patience)
    await until(`the failover to port ${next.port}`, async () => {
      const named = await Promise.all(this.#watchers.map((watcher) => this.#primaryOf(watcher)))
      if (named.some((one) => one !== next)) return false
      // Whose role changes resets its connections, and so may this one end.
      return replicationOf(next).then(
        ({ role }) => role === 'master',
        () => false,
      )
    })
  }

  /** Resolves to false while they cannot: the failover before is not over, or they have not seen the replica. */
  async #begin(): Promise<boolean> {
    try {
      await this.#watchers[0]!.send('SENTINEL', 'FAILOVER', name)
      return true
    } catch (error) {
      if (/INPROG|NOGOODSLAVE/.test((error as Error).message)) return false
      throw error
    }
  }

  stop(): Promise<void> {
    return stopAll([...this.#watchers, ...this.servers])
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #primaryOf(watcher: RedisServer): Promise<RedisServer> {
    const address = await watcher.send('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)
    const port = Array.isArray(address) ? Number(address[1]) : undefined
    const server = this.servers.find((one) => one.port === port)
    if (server === undefined) throw new Error(`a sentinel names no server of ours: ${String(address)}`)
    return server
  }
}
