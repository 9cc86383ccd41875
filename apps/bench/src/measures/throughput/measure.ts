import type { Measure } from '../measure.ts'
import { throughputAims } from './aims.ts'
import { runAllocations } from './allocations.ts'
import { summarize, type ThroughputFound } from './found.ts'
import { plans } from './plan.ts'
import { type RoundsOptions, runRounds } from './rounds.ts'
import { throughputTables } from './tables.ts'

export const throughputMeasure: Measure<ThroughputFound> = {
  name: 'throughput',
  run: ({ server, size, say }) => measureThroughput({ origin: server.origin, plan: plans[size], say }),
  tables: throughputTables,
  aims: throughputAims,
}

export async function measureThroughput(options: RoundsOptions): Promise<ThroughputFound> {
  const samples = await runRounds(options)
  return summarize(samples, await runAllocations(options))
}
