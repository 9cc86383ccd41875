import { digits, ratio, whole } from '../../report/numbers.ts'
import type { Table } from '../../report/table.ts'
import type { ThroughputFound } from './found.ts'
import { mainConcurrency } from './plan.ts'
import { pairs, subjects } from './subjects.ts'

export function throughputTables(found: ThroughputFound): Table[] {
  return [speeds(found), ...closeOnes(found), ...byConcurrency(found), ...allocations(found)]
}

function speeds({ rows, comparisons }: ThroughputFound): Table {
  return {
    title: `Requests, ${mainConcurrency} at a time`,
    note:
      'CPU is what the client process uses. The second column is the ratio to bare `undici.request`, which keeps no ' +
      'session, in the same round.',
    columns: ['', 'requests per second', 'over `undici.request`', 'CPU, µs each', 'median, ms', '99th percentile, ms'],
    rows: rows
      .filter(({ concurrency }) => concurrency === mainConcurrency)
      .toSorted((a, b) => b.throughput.median - a.throughput.median)
      .map(({ subject, concurrency, throughput, cpu, p50, p99 }) => {
        const bare = comparisons.find(
          (one) => one.subject === subject && one.base === 'request' && one.concurrency === concurrency,
        )
        return [
          subjects[subject].label,
          whole(throughput.median),
          bare === undefined ? '1' : digits(bare.throughput.median, 2),
          digits(cpu.median, 1),
          digits(p50.median, 2),
          digits(p99.median, 2),
        ]
      }),
  }
}

function closeOnes({ comparisons, allocationRatios }: ThroughputFound): Table[] {
  const rows = comparisons
    .filter(({ concurrency }) => concurrency === mainConcurrency)
    .filter((one) => pairs.some(([base, subject]) => one.base === base && one.subject === subject))
    .map(({ subject, base, throughput, cpu }) => {
      const allocation = allocationRatios.find((one) => one.subject === subject && one.base === base)
      return [
        `${subjects[subject].label} over ${subjects[base].label}`,
        ratio(throughput),
        ratio(cpu),
        allocation === undefined ? '' : ratio(allocation.bytes),
      ]
    })
  if (rows.length === 0) return []
  return [
    {
      title: 'What a session costs',
      note:
        `Ratios within one round, ${mainConcurrency} requests at a time: the median of all rounds, and the quartiles. ` +
        'Both of a row run in one process, on the same connections.',
      columns: ['', 'requests per second', 'CPU per request', 'allocation per request'],
      rows,
    },
  ]
}

function byConcurrency({ rows }: ThroughputFound): Table[] {
  const levels = [...new Set(rows.map(({ concurrency }) => concurrency))].toSorted((a, b) => a - b)
  if (levels.length < 2) return []
  const names = [...new Set(rows.map(({ subject }) => subject))]
  return [
    {
      title: 'Requests per second, so many at a time',
      columns: ['', ...levels.map(String)],
      rows: names.map((name) => [
        subjects[name].label,
        ...levels.map((level) => {
          const row = rows.find(({ subject, concurrency }) => subject === name && concurrency === level)
          return row === undefined ? '' : whole(row.throughput.median)
        }),
      ]),
    },
  ]
}

function allocations({ allocations: found }: ThroughputFound): Table[] {
  if (found.length === 0) return []
  return [
    {
      title: 'Allocation per request',
      note: `On the heap of V8, ${mainConcurrency} requests at a time.`,
      columns: ['', 'bytes'],
      rows: found.map(({ subject, bytes }) => [subjects[subject].label, whole(bytes.median)]),
    },
  ]
}
