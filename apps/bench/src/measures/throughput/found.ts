import { ratiosOf, type Spread, spreadOf } from '../../statistics.ts'
import type { Allocations } from './allocations.ts'
import type { Sample } from './rounds.ts'
import { pairs, type SubjectName } from './subjects.ts'

export interface Row {
  readonly subject: SubjectName
  readonly concurrency: number
  /** Requests per second. */
  readonly throughput: Spread
  /** Of the client process, per request, µs. */
  readonly cpu: Spread
  /** Latencies, ms. */
  readonly p50: Spread
  readonly p99: Spread
}

/** Ratios of the subject to the base within one round. */
export interface Comparison {
  readonly subject: SubjectName
  readonly base: SubjectName
  readonly concurrency: number
  readonly throughput: Spread
  readonly cpu: Spread
}

export interface ThroughputFound {
  readonly rows: readonly Row[]
  readonly comparisons: readonly Comparison[]
  /** Bytes per request, at a concurrency of 50. */
  readonly allocations: readonly { readonly subject: SubjectName; readonly bytes: Spread }[]
  readonly allocationRatios: readonly {
    readonly subject: SubjectName
    readonly base: SubjectName
    readonly bytes: Spread
  }[]
}

export function summarize(samples: readonly Sample[], allocations: Allocations): ThroughputFound {
  const groups = Map.groupBy(samples, ({ subject, concurrency }) => `${subject} ${concurrency}`)
  const find = (subject: SubjectName, concurrency: number): readonly Sample[] | undefined =>
    groups.get(`${subject} ${concurrency}`)

  const rows: Row[] = []
  const comparisons: Comparison[] = []
  for (const own of groups.values()) {
    const { subject, concurrency } = own[0]!
    const spread = (name: 'throughput' | 'cpu' | 'p50' | 'p99'): Spread => spreadOf(own.map((sample) => sample[name]))
    rows.push({
      subject,
      concurrency,
      throughput: spread('throughput'),
      cpu: spread('cpu'),
      p50: spread('p50'),
      p99: spread('p99'),
    })
    for (const base of basesOf(subject)) {
      const other = find(base, concurrency)
      if (other === undefined) continue
      const shared = inSameRounds(own, other)
      if (shared.length === 0) continue
      const ratio = (name: 'throughput' | 'cpu'): Spread =>
        spreadOf(
          ratiosOf(
            shared.map(([sample]) => sample[name]),
            shared.map(([, sample]) => sample[name]),
          ),
        )
      comparisons.push({ subject, base, concurrency, throughput: ratio('throughput'), cpu: ratio('cpu') })
    }
  }
  return {
    rows,
    comparisons,
    allocations: [...allocations].map(([subject, bytes]) => ({ subject, bytes: spreadOf(bytes) })),
    allocationRatios: pairs.flatMap(([base, subject]) => {
      const [own, other] = [allocations.get(subject), allocations.get(base)]
      if (own === undefined || other === undefined) return []
      return [{ subject, base, bytes: spreadOf(ratiosOf(own, other)) }]
    }),
  }
}

/** Some rounds are of some subjects alone. */
function inSameRounds(own: readonly Sample[], other: readonly Sample[]): (readonly [Sample, Sample])[] {
  const others = new Map(other.map((sample) => [sample.round, sample]))
  return own.flatMap((sample) => {
    const beside = others.get(sample.round)
    return beside === undefined ? [] : [[sample, beside] as const]
  })
}

/** All are compared with bare `undici.request`, some also with what they are built on, and ours with theirs. */
function basesOf(subject: SubjectName): SubjectName[] {
  const bases = new Set<SubjectName>(['request'])
  for (const [base, above] of pairs) if (above === subject) bases.add(base)
  if (subject === 'get') bases.add('axios').add('google')
  bases.delete(subject)
  return [...bases]
}
