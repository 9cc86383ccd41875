import { isRecord } from '../envelope.ts'
import { WebhookMessageError } from './message-error.ts'
import { own } from './parts.ts'

/** One field that was changed. */
export interface WebhookChange {
  readonly field: string
  /** As the API sent it; `undefined` if it did not. */
  readonly oldValue: unknown
  readonly newValue: unknown
}

/**
 * The changes of a changeset, whichever shape it has. Documented by the vendor is an array of changes. Seen in
 * client code is an object: its values are the changes, which is how PHP writes an array that has gaps; or it is
 * keyed by the names of the fields; or it is the one change itself.
 */
export function readChanges(part: string, changeset: unknown): WebhookChange[] {
  if (changeset === undefined || changeset === null) return []
  if (Array.isArray(changeset)) return changeset.map((change, index) => readChange(`${part}[${index}]`, change))
  if (!isRecord(changeset)) throw new WebhookMessageError(part, 'an array or an object of changes', changeset)
  if (typeof own(changeset, 'field') === 'string') return [readChange(part, changeset)]
  // The keys stay out of the errors: they may be any text.
  return Object.entries(changeset).map(([key, change]) => readChange(`a value of ${part}`, change, key))
}

function readChange(part: string, change: unknown, key?: string): WebhookChange {
  if (!isRecord(change)) throw new WebhookMessageError(part, 'an object', change)
  // An index says which change it is, not which field.
  const field = own(change, 'field') ?? (key !== undefined && /^\d+$/.test(key) ? undefined : key)
  if (typeof field !== 'string') throw new WebhookMessageError(`${part}.field`, 'a string', field)
  return { field, oldValue: own(change, 'oldValue'), newValue: own(change, 'newValue') }
}
