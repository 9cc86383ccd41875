import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits for a condition, asking every 10 ms. Rejects when it is not met within `limit` ms, in words that `what`
 * begins, and as soon as asking rejects.
 */
export async function until(what: string, condition: () => Promise<boolean>, limit = 20_000): Promise<void> {
  const deadline = performance.now() + limit
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${limit} ms`)
    await sleep(10)
  }
}
