import { setTimeout as delay } from 'node:timers/promises'
import { isPassing } from './problems.ts'

/** How long SQLite itself waits for a lock, ms. It blocks the event loop meanwhile: room for one quick commit. */
export const blockingWait = 2

/** How long an operation goes on trying before it rejects, ms. */
const busyLimit = 5_000

const longestPause = 50

/** Calls `attempt` until nothing is in its way that will pass. Between tries the event loop is free. */
export async function whenFree<T>(attempt: () => T): Promise<T> {
  const deadline = performance.now() + busyLimit
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return attempt()
    } catch (error) {
      if (!isPassing(error) || performance.now() > deadline) throw error
    }
    // Full jitter: processes that collided do not meet again.
    await delay(Math.random() * pause)
  }
}
