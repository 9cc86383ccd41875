import type { Bench } from '../bench.ts'
import type { Claims } from '../options.ts'

/** By the behaviour that they test. */
export type Cases = Readonly<Record<string, (bench: Bench) => Promise<void>>>

export interface Group {
  readonly name: string
  /** None, if the store does not claim what the group is about. */
  casesFor(claims: Claims): Cases
}
