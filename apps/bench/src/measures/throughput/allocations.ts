import { Clients } from './clients.ts'
import { mainConcurrency } from './plan.ts'
import { alternating, type RoundsOptions, warmUp } from './rounds.ts'
import type { SubjectName } from './subjects.ts'

/** Bytes per request, by round. */
export type Allocations = ReadonlyMap<SubjectName, readonly number[]>

/** Room for all that the requests allocate: nothing is collected meanwhile. */
const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256']

/** In processes of their own: those whose garbage is collected as usual are measured for their speed. */
export async function runAllocations({ origin, plan, say }: RoundsOptions): Promise<Allocations> {
  const { subjects, rounds, requests, warmUps } = plan.allocation
  const found = new Map<SubjectName, number[]>(subjects.map((subject) => [subject, []]))
  const clients = new Clients(subjects, { origin, flags: [...flags, ...(plan.flags ?? [])] })
  const concurrency = mainConcurrency
  try {
    say('throughput: allocations')
    await warmUp(clients, { ...plan, subjects, concurrencies: [concurrency], warmUps })
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of alternating(subjects, round)) {
        const bytes = await clients.of(subject).allocation({ subject, concurrency, requests })
        found.get(subject)?.push(bytes)
      }
    }
  } finally {
    await clients.stop()
  }
  return found
}
