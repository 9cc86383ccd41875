import { summarize } from '../../src/measures/throughput/found.ts'
import type { Sample } from '../../src/measures/throughput/rounds.ts'
import type { SubjectName } from '../../src/measures/throughput/subjects.ts'
import type { Report } from '../../src/report/report.ts'

const sample = (subject: SubjectName, throughput: number): Sample => ({
  ...{ subject, throughput, concurrency: 50, round: 0 },
  ...{ cpu: 1_000_000 / throughput, p50: 2, p99: 8.5 },
})

/** Of throughput alone. `session.fetch` misses its aim. */
export const exampleReport: Report = {
  version: 1,
  size: 'quick',
  startedAt: '2026-01-02T03:04:05.678Z',
  took: 12,
  machine: {
    cpu: 'A processor <of> "sorts" & more',
    cores: 2,
    memory: 8,
    platform: 'linux x64',
    release: '6.1',
    node: 'v24.0.0',
  },
  versions: { undici: '8.0.0', axios: '1.0.0' },
  measures: {
    throughput: summarize(
      [
        sample('request', 20_000),
        sample('interceptor', 19_800),
        sample('parsed', 18_000),
        sample('get', 17_500),
        sample('fetch', 8_000),
        sample('session-fetch', 7_000),
        sample('axios', 2_500),
        sample('google', 2_400),
      ],
      new Map<SubjectName, number[]>([
        ['request', [10_000]],
        ['interceptor', [10_500]],
      ]),
    ),
  },
}
