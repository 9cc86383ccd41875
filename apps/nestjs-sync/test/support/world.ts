import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type RedisServer, startRedis } from '@latchkey/local-redis'
import { type Emulator, type Hold, startEmulator } from '@latchkey/servicetrade-emulator'
import { afterAll, beforeAll } from 'vitest'
import { type Lifetime, untilTestFinished } from './lifetime.ts'

const hour = 3_600_000
export const passwords = { acme: 'secret-of-acme', bolt: 'secret-of-bolt' }

export interface World {
  readonly api: Emulator
  /** What the service is started with. Each database is one instance's. */
  environment(database?: string): NodeJS.ProcessEnv
  /** Lets an hour pass on the server, longer than any reading takes: what a sync reads again is certain then. */
  anHourPasses(): void
  /** An hour later each account has one more job, with an appointment: the last that happened, which is read again. */
  jobsAreAdded(): { readonly acme: number; readonly bolt: number }
  /** The ids in a table, by account. */
  ids(table: 'jobs' | 'appointments', database?: string): Record<string, number[]>
}

export interface WorldOptions {
  /** How many acme has. */
  readonly jobs?: number
  /** What the service believes the passwords to be. */
  readonly given?: Record<string, string>
  readonly lifetime?: Lifetime
}

/** One Redis for the tests of a file: each test has sessions of its own, as it has a server of its own. */
export function redisForTests(): { readonly url: string } {
  let redis: RedisServer | undefined
  beforeAll(async () => {
    redis = await startRedis()
  }, 60_000)
  afterAll(() => redis?.stop())
  return {
    get url() {
      return redis!.url
    },
  }
}

/** A ServiceTrade with two accounts, acme and bolt, of 20 jobs, in which jobs were added once. */
export async function createWorld(
  redisUrl: string,
  { jobs = 30, given = passwords, lifetime = untilTestFinished }: WorldOptions = {},
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-sync-test-'))
  lifetime(() => rm(folder, { recursive: true }))
  let now = Date.now() - 100 * hour
  const api = await startEmulator({
    clock: () => now,
    accounts: [
      { name: 'acme', users: [{ username: 'acme', password: passwords.acme }], seed: { jobs } },
      { name: 'bolt', users: [{ username: 'bolt', password: passwords.bolt }], seed: { jobs: 20 } },
    ],
  })
  lifetime(() => api.close())
  const jobsAreAdded = () => {
    now += hour
    return {
      acme: api.create('job', { type: 'repair', locationId: 1 }, { account: 'acme' }).id,
      bolt: api.create('job', { type: 'repair', locationId: 13 }, { account: 'bolt' }).id,
    }
  }
  jobsAreAdded()

  const accounts = join(folder, 'accounts.json')
  const credentials = Object.entries(given).map(([username, password]) => [username, { username, password }])
  await writeFile(accounts, JSON.stringify(Object.fromEntries(credentials)))
  const pathOf = (database: string): string => join(folder, `${database}.db`)
  return {
    api,
    environment: (database = 'one') => ({
      SERVICETRADE_URL: api.url,
      SYNC_ACCOUNTS_FILE: accounts,
      REDIS_URL: redisUrl,
      SYNC_DATABASE: pathOf(database),
      SYNC_INTERVAL: '3600000',
    }),
    anHourPasses: () => (now += hour),
    jobsAreAdded,
    ids(table, database = 'one') {
      const file = new DatabaseSync(pathOf(database), { readOnly: true })
      const rows = file.prepare(`SELECT account, id FROM ${table} WHERE gone_at IS NULL ORDER BY id`).all()
      file.close()
      const ids: Record<string, number[]> = {}
      for (const { account, id } of rows) (ids[String(account)] ??= []).push(Number(id))
      return ids
    },
  }
}

export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** Lets so many requests pass at a time, each lot when it has arrived, and holds all that come after. */
export async function holdAfter(api: Emulator, lots: readonly number[]): Promise<Hold> {
  let hold = api.hold('request')
  for (const requests of lots) {
    await hold.arrived(requests)
    const next = api.hold('request')
    hold.release()
    hold = next
  }
  return hold
}
