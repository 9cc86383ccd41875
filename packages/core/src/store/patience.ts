import { type Clock, pause } from '../time/clock.ts'
import { TokenStoreError } from '../errors.ts'
import { LocalLedger, type StoreLedger } from './ledger.ts'

/**
 * How long a store must be out of reach, ms, and over how many tries, before anybody acts as if it were
 * gone. A process short of CPU misses a time limit or two with a healthy store; a login past the store on
 * such an occasion is a login for nothing.
 */
const outageTime = 3_000
const outageTries = 5

const firstPause = 50
const longestPause = 500

export function isOutage({ outage }: StoreLedger): boolean {
  return outage.time >= outageTime && outage.tries >= outageTries
}

/** Repeats an operation on the store until it works or the store counts as gone; then the last error is thrown. */
export async function patiently<T>(
  ledger: StoreLedger | LocalLedger,
  clock: Clock,
  operation: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let longest = firstPause; ; longest = Math.min(longest * 2, longestPause)) {
    try {
      return await operation()
    } catch (error) {
      const isStoreError = error instanceof TokenStoreError && !(ledger instanceof LocalLedger)
      if (!isStoreError || isOutage(ledger) || signal?.aborted) throw error
      await pause(clock, longest * (0.5 + clock.random() / 2), signal === undefined ? {} : { signal })
    }
  }
}
