import { digits, range, ratio as ratioText } from '../../report/numbers.ts'
import { ratiosOf, type Spread, spreadOf } from '../../statistics.ts'
import type { Context, Measure } from '../measure.ts'
import { loginAndRequest, recover, type Recovered, type RecoveryPlan } from './recover.ts'
import { ours, type Subject, subjects as all } from './subjects.ts'

export interface RecoveryFound {
  readonly inFlight: number
  /** ms */
  readonly loginTime: number
  readonly rounds: number
  /** One login and one request, ms. */
  readonly base: Spread
  readonly subjects: readonly {
    readonly name: string
    /** From the refusals to the last call's end, ms. */
    readonly time: Spread
    /** Of that over the base. */
    readonly ratio: Spread
    /** In each round. */
    readonly logins: readonly number[]
    readonly failed: readonly number[]
  }[]
}

export interface RecoveryOptions extends RecoveryPlan {
  readonly rounds: number
  readonly say: Context['say']
  /** Default: all. */
  readonly subjects?: readonly Subject[]
}

const warmUps = 5

export const recoveryMeasure: Measure<RecoveryFound> = {
  name: 'recovery',
  run({ server, size, say }) {
    const plan = { server, say, inFlight: 100, loginTime: 200 }
    return size === 'full'
      ? measureRecovery({ ...plan, rounds: 15 })
      : measureRecovery({ ...plan, rounds: 5, subjects: [ours] })
  },
  tables({ inFlight, loginTime, rounds, base, subjects }) {
    return [
      {
        title: `Recovery after a reset with ${inFlight} calls in flight`,
        note:
          `From the moment the server refuses them all to the end of the last. A login takes ${loginTime} ms. ` +
          `Medians of ${rounds} rounds, in parentheses the middle half.`,
        columns: ['client', 'time', 'over login + request', 'logins', `calls failed, of ${inFlight}`],
        rows: [
          ['undici: login + request', `${digits(base.median, 1)} ms`, '1', '1', '0'],
          ...subjects.map(({ name, time, ratio, logins, failed }) => [
            name,
            `${digits(time.median, 1)} ms`,
            ratioText(ratio),
            range(logins),
            range(failed),
          ]),
        ],
      },
    ]
  },
  aims({ inFlight, subjects }) {
    const found = subjects.find(({ name }) => name === ours.name)!
    const what = `recovery with ${inFlight} in flight over login + request`
    return [{ what, value: found.ratio.median, bound: { atMost: 1.1 } }]
  },
}

export async function measureRecovery({ rounds, say, ...options }: RecoveryOptions): Promise<RecoveryFound> {
  const { server, inFlight, loginTime, subjects = all } = options
  const base: number[] = []
  const found = new Map<Subject, Recovered[]>(subjects.map((subject) => [subject, []]))
  const turns = [
    async () => void base.push(await loginAndRequest(options)),
    ...subjects.map((subject) => async () => void found.get(subject)!.push(await recover(subject, options))),
  ]
  try {
    say('recovery: warming up')
    // What runs for the first time is slow for reasons that no second reset meets.
    for (let turn = 0; turn < warmUps; turn += 1) {
      for (const subject of subjects) await recover(subject, { ...options, loginTime: 0 })
    }
    for (let round = 0; round < rounds; round += 1) {
      say(`recovery: round ${round + 1} of ${rounds}`)
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
    }
  } finally {
    await server.order({ type: 'login-time', time: 0 })
  }
  const summaries = Array.from(found, ([{ name }, recovered]) => summary(name, recovered, base))
  return { inFlight, loginTime, rounds, base: spreadOf(base), subjects: summaries }
}

function summary(name: string, found: readonly Recovered[], base: number[]): RecoveryFound['subjects'][number] {
  const times = found.map(({ time }) => time)
  return {
    name,
    time: spreadOf(times),
    ratio: spreadOf(ratiosOf(times, base)),
    logins: found.map(({ logins }) => logins),
    failed: found.map(({ failed }) => failed),
  }
}
