import type { Aim } from '../measure.ts'
import type { Comparison, ThroughputFound } from './found.ts'
import { mainConcurrency } from './plan.ts'
import type { SubjectName } from './subjects.ts'

/** Only of what was measured. */
export function throughputAims({ comparisons, allocationRatios }: ThroughputFound): Aim[] {
  const aims: Aim[] = []
  const compare = (subject: SubjectName, base: SubjectName, aim: (found: Comparison) => Aim[]): void => {
    const found = comparisons.find(
      (one) => one.subject === subject && one.base === base && one.concurrency === mainConcurrency,
    )
    if (found !== undefined) aims.push(...aim(found))
  }
  const atLeast = (what: string, bound: number) => (found: Comparison) => [
    { what: `${what}: throughput`, value: found.throughput.median, bound: { atLeast: bound } },
  ]

  compare('interceptor', 'request', (found) => [
    ...atLeast('interceptor over undici.request', 0.97)(found),
    { what: 'interceptor over undici.request: CPU per request', value: found.cpu.median, bound: { atMost: 1.04 } },
  ])
  for (const { subject, bytes } of allocationRatios) {
    if (subject !== 'interceptor') continue
    const what = 'interceptor over undici.request: allocation per request'
    aims.push({ what, value: bytes.median, bound: { atMost: 1.1 } })
  }
  compare('session-fetch', 'fetch', atLeast("session.fetch over undici's fetch", 0.98))
  compare('get', 'parsed', atLeast('ServiceTrade.get over undici.request and JSON.parse', 0.93))
  compare('get', 'axios', atLeast('ServiceTrade.get over axios with axios-auth-refresh', 6))
  compare('get', 'google', atLeast('ServiceTrade.get over google-auth-library', 4))
  return aims
}
