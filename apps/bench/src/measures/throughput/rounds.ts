import type { Slice } from './client/messages.ts'
import { Clients } from './clients.ts'
import { mainConcurrency, type ThroughputPlan } from './plan.ts'
import { pairs, type SubjectName } from './subjects.ts'

/** One slice of one round. */
export interface Sample extends Slice {
  readonly subject: SubjectName
  readonly concurrency: number
  /** Through all generations. */
  readonly round: number
}

export interface RoundsOptions {
  readonly origin: string
  readonly plan: ThroughputPlan
  readonly say: (what: string) => void
}

/** One process at a time is measured while the others wait, and what is compared follows each other closely. */
export async function runRounds({ origin, plan, say }: RoundsOptions): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let generation = 0; generation < plan.generations; generation += 1) {
    const clients = new Clients(plan.subjects, { origin, flags: ['--expose-gc', ...(plan.flags ?? [])] })
    try {
      say(`throughput: warming up`)
      await warmUp(clients, plan)
      const rounds = plan.rounds + plan.pairRounds
      for (let turn = 0; turn < rounds; turn += 1) {
        const round = generation * rounds + turn
        say(`throughput: round ${round + 1} of ${plan.generations * rounds}`)
        const { subjects, concurrencies } = turn < plan.rounds ? plan : pairsOf(plan)
        for (const concurrency of alternating(concurrencies, round)) {
          for (const subject of alternating(subjects, round)) {
            const { slice: time, lead } = plan
            const slice = await clients.of(subject).slice({ subject, concurrency, time, lead })
            samples.push({ subject, concurrency, round, ...slice })
          }
        }
      }
    } finally {
      await clients.stop()
    }
  }
  return samples
}

function pairsOf({ subjects, concurrencies }: ThroughputPlan): Pick<ThroughputPlan, 'subjects' | 'concurrencies'> {
  return {
    subjects: subjects.filter((subject) => pairs.flat().includes(subject)),
    concurrencies: concurrencies.filter((concurrency) => concurrency === mainConcurrency),
  }
}

/** In the same changing order, so that no subject is compiled under other conditions than its neighbour. */
export async function warmUp(
  clients: Clients,
  { subjects, concurrencies, warmUps, slice: time }: Omit<ThroughputPlan, 'allocation'>,
): Promise<void> {
  const concurrency = Math.max(...concurrencies)
  for (let turn = 0; turn < warmUps; turn += 1) {
    for (const subject of alternating(subjects, turn)) {
      await clients.of(subject).slice({ subject, concurrency, time, lead: 0 })
    }
  }
}

/** Forwards in even rounds, backwards in odd ones, so that a machine that gets slower slows all alike. */
export function alternating<T>(values: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? values : values.toReversed()
}
