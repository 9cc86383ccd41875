import type { Machine } from '../machine.ts'

/** Of one run: all that is known of it, as it is kept. */
export interface Report {
  readonly version: 1
  readonly size: 'quick' | 'full'
  /** ISO 8601. */
  readonly startedAt: string
  /** Seconds. */
  readonly took: number
  readonly machine: Machine
  /** Of the packages that are compared. */
  readonly versions: Readonly<Record<string, string>>
  /** What each measure found, by its name. */
  readonly measures: Readonly<Record<string, unknown>>
}
