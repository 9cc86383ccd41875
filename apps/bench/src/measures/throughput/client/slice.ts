import { quantile } from '../../../statistics.ts'
import type { Slice } from './messages.ts'

export interface SliceOptions {
  readonly concurrency: number
  /** ms */
  readonly time: number
  /** ms */
  readonly lead: number
}

/** Keeps `concurrency` requests going until the time is over. */
export async function runSlice(call: () => Promise<void>, { concurrency, time, lead }: SliceOptions): Promise<Slice> {
  await keepGoing(call, concurrency, lead)
  // Nobody pays for what others left behind. Not a full collection: that would throw out code that is idle.
  globalThis.gc?.({ type: 'minor' })
  const before = process.cpuUsage()
  const start = performance.now()
  const latencies = await keepGoing(call, concurrency, time)
  const took = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  const sorted = Float64Array.from(latencies).toSorted()
  return {
    throughput: (sorted.length / took) * 1_000,
    cpu: (user + system) / sorted.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  }
}

/** Resolves to the latencies. */
async function keepGoing(call: () => Promise<void>, concurrency: number, time: number): Promise<number[]> {
  const latencies: number[] = []
  const end = performance.now() + time
  const loop = async (): Promise<void> => {
    let from = performance.now()
    do {
      await call()
      const now = performance.now()
      latencies.push(now - from)
      from = now
    } while (from < end)
  }
  await Promise.all(Array.from({ length: concurrency }, loop))
  return latencies
}
