import { isRecord } from '../envelope.ts'
import { WebhookMessageError } from './message-error.ts'

/** What a part of a message takes. `read` returns `undefined` for a value that it does not take. */
export interface PartKind<T> {
  readonly takes: string
  read(value: unknown): T | undefined
}

/** @throws {WebhookMessageError} if the value is not of that kind */
export function readPart<T>(name: string, value: unknown, kind: PartKind<T>): T {
  const read = kind.read(value)
  if (read === undefined) throw new WebhookMessageError(name, kind.takes, value)
  return read
}

/** A property of its own: what an object inherits is no part of a message. */
export function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Some numbers are documented as strings, and PHP makes no difference between the two. */
function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

function toId(value: unknown): number | undefined {
  const id = toNumber(value)
  return Number.isSafeInteger(id) ? id : undefined
}

export const parts = {
  record: { takes: 'an object', read: (value) => (isRecord(value) ? value : undefined) } satisfies PartKind<
    Record<string, unknown>
  >,
  array: { takes: 'an array', read: (value) => (Array.isArray(value) ? value : undefined) } satisfies PartKind<
    readonly unknown[]
  >,
  text: {
    takes: 'a string that is not empty',
    read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  } satisfies PartKind<string>,
  // Ids are remembered, so they must not be of any length. Documented are UUIDs.
  messageId: {
    takes: 'a string of 1 to 200 characters',
    read: (value) => (typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined),
  } satisfies PartKind<string>,
  seconds: { takes: 'a time in Unix seconds', read: toNumber } satisfies PartKind<number>,
  id: { takes: 'an id, a whole number', read: toId } satisfies PartKind<number>,
}
