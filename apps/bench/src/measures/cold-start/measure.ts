import { startRedis } from '@latchkey/local-redis'
import { milliseconds, range, ratio as ratioText } from '../../report/numbers.ts'
import { ratiosOf, type Spread, spreadOf } from '../../statistics.ts'
import type { Context, Measure } from '../measure.ts'
import type { Call } from './call.ts'
import { type ColdStartPlan, startCold, type Started } from './cold-start.ts'

export interface ColdStartFound {
  readonly processes: number
  /** ms */
  readonly loginTime: number
  readonly rounds: number
  readonly subjects: readonly {
    readonly name: string
    /** From the first start of a process to the last answer, ms. */
    readonly time: Spread
    /** Of that over axios with axios-auth-refresh. */
    readonly ratio: Spread
    /** In each round. */
    readonly logins: readonly number[]
  }[]
}

export interface ColdStartOptions extends ColdStartPlan {
  /** How long a login takes, ms. */
  readonly loginTime: number
  readonly rounds: number
  readonly say: Context['say']
}

const names = {
  file: 'ServiceTrade with FileTokenStore',
  redis: 'ServiceTrade with RedisTokenStore',
  axios: 'axios with axios-auth-refresh',
}

const kinds = Object.keys(names) as Call['kind'][]

export const coldStartMeasure: Measure<ColdStartFound> = {
  name: 'cold-start',
  async run({ server, size, say }) {
    say('cold start: starting Redis')
    const redis = await startRedis()
    const rounds = size === 'full' ? 5 : 1
    try {
      return await measureColdStart({ server, say, rounds, processes: 8, loginTime: 200, redisUrl: redis.url })
    } finally {
      await redis.stop()
    }
  },
  tables({ processes, loginTime, rounds, subjects }) {
    return [
      {
        title: `Cold start of ${processes} processes at once`,
        note:
          'From the first start of a process to the last answer; each makes one call. ' +
          `A login takes ${loginTime} ms. Medians of ${rounds} rounds, in parentheses the middle half.`,
        columns: ['client', 'time', `over ${names.axios}`, 'logins'],
        rows: subjects.map(({ name, time, ratio, logins }) => [
          name,
          milliseconds(time.median),
          ratioText(ratio),
          range(logins),
        ]),
      },
    ]
  },
  aims({ processes, subjects }) {
    return subjects
      .filter(({ name }) => name !== names.axios)
      .map(({ name, logins }) => ({
        what: `cold start of ${processes} processes, ${name}: logins`,
        value: Math.max(...logins),
        bound: { atMost: 1 },
      }))
  },
}

export async function measureColdStart({ loginTime, rounds, say, ...plan }: ColdStartOptions): Promise<ColdStartFound> {
  const { server, processes } = plan
  const found: Record<Call['kind'], Started[]> = { file: [], redis: [], axios: [] }
  await server.order({ type: 'login-time', time: loginTime })
  try {
    for (let round = 0; round < rounds; round += 1) {
      say(`cold start: round ${round + 1} of ${rounds}`)
      for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) found[kind].push(await startCold(kind, plan))
    }
  } finally {
    await server.order({ type: 'login-time', time: 0 })
  }
  const base = timesOf(found.axios)
  return {
    processes,
    loginTime,
    rounds,
    subjects: kinds.map((kind) => ({
      name: names[kind],
      time: spreadOf(timesOf(found[kind])),
      ratio: spreadOf(ratiosOf(timesOf(found[kind]), base)),
      logins: found[kind].map(({ logins }) => logins),
    })),
  }
}

function timesOf(all: readonly Started[]): number[] {
  return all.map(({ time }) => time)
}
