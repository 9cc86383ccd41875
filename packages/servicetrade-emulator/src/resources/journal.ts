import { isDeepStrictEqual } from 'node:util'
import type { Kind } from './kinds.ts'

export type Action = 'created' | 'updated' | 'deleted'

export interface FieldChange {
  readonly field: string
  readonly oldValue: unknown
  readonly newValue: unknown
}

/** What became of one entity. */
export interface Change {
  readonly action: Action
  readonly kind: Kind
  readonly id: number
  /** When, Unix seconds. */
  readonly at: number
  /** Of an update, what it changed among the fields that the vendor tracks; it may be nothing. */
  readonly changeset: readonly FieldChange[]
}

/** Seen in public client code: changesets tell of no other fields. */
const tracked: { readonly [K in Kind]?: readonly string[] } = {
  job: ['status'],
  appointment: ['status', 'windowStart', 'windowEnd'],
}

/** Takes down what one write does to the entities. Between writes, while data is seeded say, it takes nothing down. */
export class Journal {
  #changes: Change[] | undefined

  record<T>(write: () => T): { readonly result: T; readonly changes: readonly Change[] } {
    const changes: Change[] = []
    this.#changes = changes
    try {
      return { result: write(), changes }
    } finally {
      this.#changes = undefined
    }
  }

  note(change: Change): void {
    this.#changes?.push(change)
  }
}

export function changesetOf(kind: Kind, entity: object, fields: object): FieldChange[] {
  const before = entity as Record<string, unknown>
  const after = fields as Record<string, unknown>
  return (tracked[kind] ?? [])
    .filter((field) => Object.hasOwn(after, field) && !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ field, oldValue: before[field], newValue: after[field] }))
}
