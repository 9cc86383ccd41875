import { ConfigurationError, type OptionKind, readOption } from '@latchkey/core'
import { isRecord } from './envelope.ts'

type Scalar = string | number | boolean

/** Query values. Arrays go as comma lists, booleans as 1 and 0; `undefined` and empty arrays are left out. */
export type Query = Readonly<Record<string, Scalar | readonly Scalar[] | undefined>>

const queryKind: OptionKind<Query> = {
  takes: 'a plain object of query values',
  // Maps and URLSearchParams would read as empty.
  read: (value) => (isRecord(value) && !(Symbol.iterator in value) ? (value as Query) : undefined),
}

const takes = 'a string, a number, a boolean or an array of these'

/** A value as the server wants it in a query or a form; `undefined` if it is to be left out. */
export function toText(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return scalarToText(name, value)
  return value.length === 0 ? undefined : value.map((one) => scalarToText(name, one)).join(',')
}

/** The query of a request. What the path itself says wins over the parameters. */
export function toQuery(fromPath: string, parameters: Query = {}): URLSearchParams {
  readOption('params', parameters, queryKind)
  const query = new URLSearchParams(fromPath)
  const fixed = new Set(query.keys())
  for (const [name, value] of Object.entries(parameters)) {
    const text = toText(`params.${name}`, value)
    if (text !== undefined && !fixed.has(name)) query.append(name, text)
  }
  return query
}

function scalarToText(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  throw new ConfigurationError(name, takes, value)
}
