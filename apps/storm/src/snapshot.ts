import type { Tally } from './tally.ts'
import type { WorkerState } from './worker-process.ts'

/** How the storm stands. */
export interface Snapshot {
  /** ms */
  readonly elapsed: number
  readonly seconds: number
  readonly rows: readonly Row[]
  readonly total: Tally
  /** How often the storm ended all sessions; `undefined` where it cannot. */
  readonly resets: number | undefined
  readonly kills: number
  readonly faults: { readonly struck: number; readonly planned: number }
  readonly logins: number
  /** `undefined` where only the server knows. */
  readonly liveSessions: number | undefined
}

export interface Row {
  readonly number: number
  readonly pid: number | undefined
  readonly state: WorkerState
  readonly tally: Tally
}
