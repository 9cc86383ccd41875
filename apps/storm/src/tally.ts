/** What one worker did, or all of them. Times in ms. */
export interface Tally {
  served: number
  failed: number
  /** Why requests failed, and how many for each reason. */
  failures: Record<string, number>
  /** How often a request was sent again after a reset. */
  replays: number
  /** Resets that the worker met. */
  resetsMet: number
  /** Logins that brought a session. */
  logins: number
  /** Reads and writes of the token store. */
  storeOperations: number
  slowest: number
}

export const createTally = (): Tally => ({
  served: 0,
  failed: 0,
  failures: {},
  replays: 0,
  resetsMet: 0,
  logins: 0,
  storeOperations: 0,
  slowest: 0,
})

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = createTally()
  for (const tally of tallies) {
    for (const name of ['served', 'failed', 'replays', 'resetsMet', 'logins', 'storeOperations'] as const) {
      sum[name] += tally[name]
    }
    for (const [reason, count] of Object.entries(tally.failures)) {
      sum.failures[reason] = (sum.failures[reason] ?? 0) + count
    }
    sum.slowest = Math.max(sum.slowest, tally.slowest)
  }
  return sum
}
