import type { ResourceName } from './resources.ts'

/** What can be done for an account: read what has changed, or compare all there is. */
export type Task = 'sync' | 'comparison'

export interface Counts {
  /** Answers of the list that held anything. */
  readonly pages: number
  /** Rows that the API sent. */
  readonly read: number
  /** Those of them that are new, or not as they were. */
  readonly changed: number
  /** Rows that were found to be gone. Only a comparison can tell. */
  readonly gone: number
}

export type Report = { readonly account: string } & Readonly<Record<ResourceName, Counts>>

export const nothing: Counts = { pages: 0, read: 0, changed: 0, gone: 0 }

export function plus(one: Counts, other: Partial<Counts>): Counts {
  const { pages = 0, read = 0, changed = 0, gone = 0 } = other
  return {
    pages: one.pages + pages,
    read: one.read + read,
    changed: one.changed + changed,
    gone: one.gone + gone,
  }
}
