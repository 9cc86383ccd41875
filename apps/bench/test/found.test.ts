import { describe, expect, test } from 'vitest'
import { throughputAims } from '../src/measures/throughput/aims.ts'
import { summarize } from '../src/measures/throughput/found.ts'
import { alternating, type Sample } from '../src/measures/throughput/rounds.ts'
import type { SubjectName } from '../src/measures/throughput/subjects.ts'

const sample = (subject: SubjectName, round: number, throughput: number, cpu: number): Sample => ({
  subject,
  round,
  concurrency: 50,
  throughput,
  cpu,
  p50: 1,
  p99: 2,
})

describe('what was found of throughput', () => {
  const found = summarize(
    [
      ...[sample('request', 0, 100, 10), sample('interceptor', 0, 99, 10)],
      // The machine is three times as slow.
      ...[sample('interceptor', 1, 33, 33), sample('request', 1, 30, 30)],
      ...[sample('request', 2, 200, 10), sample('interceptor', 2, 100, 20)],
      // A round of some subjects alone.
      sample('request', 3, 100, 10),
    ],
    new Map<SubjectName, number[]>([
      ['request', [100, 200]],
      ['interceptor', [120, 260]],
    ]),
  )

  test('compares within one round, whatever the order in it', () => {
    const [comparison] = found.comparisons
    expect(comparison).toMatchObject({ subject: 'interceptor', base: 'request', concurrency: 50 })
    expect(comparison!.throughput).toMatchObject({ median: 0.99, count: 3 })
    expect(comparison!.throughput.high).toBeCloseTo((0.99 + 1.1) / 2)
    expect(comparison!.cpu.median).toBeCloseTo(1.1)
  })

  test('has medians of its own for each subject', () => {
    expect(found.rows.map(({ subject, throughput }) => [subject, throughput.median])).toEqual([
      ['request', 100],
      ['interceptor', 99],
    ])
  })

  test('compares what was allocated', () => {
    expect(found.allocationRatios).toEqual([
      { subject: 'interceptor', base: 'request', bytes: expect.objectContaining({ median: 1.25 }) },
    ])
  })

  test('has no aims for what was not measured', () => {
    expect(throughputAims(found).map(({ what }) => what)).toEqual([
      'interceptor over undici.request: throughput',
      'interceptor over undici.request: CPU per request',
      'interceptor over undici.request: allocation per request',
    ])
    expect(throughputAims(summarize([], new Map()))).toEqual([])
  })
})

test('every second round goes backwards', () => {
  expect(alternating([1, 2, 3], 0)).toEqual([1, 2, 3])
  expect(alternating([1, 2, 3], 1)).toEqual([3, 2, 1])
})
