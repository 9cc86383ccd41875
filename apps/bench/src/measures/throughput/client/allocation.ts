import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'

const fewest = 50

export interface AllocationOptions {
  readonly concurrency: number
  readonly requests: number
}

/**
 * Bytes that a request allocates. The process needs a young generation that takes all of them, so that the heap only
 * grows meanwhile.
 *
 * @throws {Error} if the garbage collector came in between however few they were
 */
export async function measureAllocation(
  call: () => Promise<void>,
  { concurrency, requests }: AllocationOptions,
): Promise<number> {
  for (let count = requests; count >= fewest; count = Math.floor(count / 2)) {
    const bytes = await attempt(call, concurrency, count)
    if (bytes !== undefined) return bytes
  }
  throw new Error(`The garbage collector ran within ${fewest} requests`)
}

async function attempt(call: () => Promise<void>, concurrency: number, count: number): Promise<number | undefined> {
  globalThis.gc?.()
  await turn()
  let collections = 0
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length))
  observer.observe({ entryTypes: ['gc'] })
  let left = count
  const loop = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await call()
    }
  }
  const before = process.memoryUsage().heapUsed
  await Promise.all(Array.from({ length: concurrency }, loop))
  const after = process.memoryUsage().heapUsed
  // It is told of collections in a later turn of the event loop.
  await turn()
  await turn()
  observer.disconnect()
  return collections === 0 ? (after - before) / count : undefined
}
