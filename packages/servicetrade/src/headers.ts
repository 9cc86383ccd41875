import type { OptionKind } from '@latchkey/core'
import { isRecord } from './envelope.ts'

/** Headers beside those that the client sets, by name. */
export type ExtraHeaders = Readonly<Record<string, string>>

/** What the connection and the body need to be as it is. */
const framing = [
  // Answers are read as they come.
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]
const reserved = new Set(['authorization', ...framing])

/** What a header may be called. */
export const nameShape = /^[\w!#$%&'*+.^`|~-]+$/
/** What it may say. */
export const valueShape = /^[\t\x20-\x7e\x80-\xff]*$/

/** Values may be secrets. */
export const headersKind: OptionKind<ExtraHeaders> = {
  takes: `an object of header names and printable strings, without ${[...reserved].join(', ')}`,
  isSecret: true,
  read: (given) =>
    isRecord(given) && !(Symbol.iterator in given) && Object.entries(given).every(isHeader)
      ? (given as ExtraHeaders)
      : undefined,
}

function isHeader([name, value]: [string, unknown]): boolean {
  const isName = nameShape.test(name) && !reserved.has(name.toLowerCase())
  return isName && typeof value === 'string' && valueShape.test(value)
}

/** Whether a header is for the client alone to set, who frames the request. */
export function isFraming(name: string): boolean {
  return framing.includes(name.toLowerCase())
}

/** All headers of a request, later ones in the place of earlier ones, however their names are written. */
export function joinHeaders(...all: readonly (ExtraHeaders | undefined)[]): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const headers of all) {
    for (const [name, value] of Object.entries(headers ?? {})) joined[name.toLowerCase()] = value
  }
  return joined
}
