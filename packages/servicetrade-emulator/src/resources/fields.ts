import { ApiError } from '../envelope.ts'
import type { Database } from './database.ts'
import type { Address } from './entities.ts'

/** What one parameter of a body takes. `read` returns `undefined` for a value that it does not take. */
export interface Field<T> {
  readonly takes: string
  read(value: unknown, db: Database): T | undefined
}

/** The parameters that a body may have; the API ignores others. */
export type Fields<E> = { readonly [N in keyof E]?: Field<E[N]> }

export const text: Field<string> = {
  takes: 'a string that is not empty',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
}

export const flag: Field<boolean> = {
  takes: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
}

export const whole: Field<number> = {
  takes: 'a whole number',
  read: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
}

export const number = (values: readonly number[]): Field<number> => ({
  takes: `one of ${values.join(', ')}`,
  read: (value) => values.find((one) => one === value),
})

/** Unix seconds. */
export const time: Field<number> = { ...whole, takes: 'a time in Unix seconds' }

export const texts: Field<string[]> = {
  takes: 'an array of strings',
  read: (value) => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined),
}

export const wholes: Field<number[]> = {
  takes: 'an array of whole numbers',
  read: (value) => (Array.isArray(value) && value.every((one) => Number.isSafeInteger(one)) ? value : undefined),
}

export const address: Field<Address> = {
  takes: 'an object with street, city, state and postalCode',
  read: (value) => {
    const { street, city, state, postalCode } = Object(value) as Record<string, unknown>
    return [street, city, state, postalCode].every((part) => typeof part === 'string')
      ? ({ street, city, state, postalCode } as Address)
      : undefined
  },
}

export const oneOf = <const T extends string>(values: readonly T[]): Field<T> => ({
  takes: `one of ${values.join(', ')}`,
  read: (value) => values.find((one) => one === value),
})

type Referable = 'company' | 'location' | 'user' | 'tag' | 'job'

export const idOf = (kind: Referable): Field<number> => ({
  takes: `the id of a ${kind}`,
  read: (value, db) => db[kind].get(value as number)?.id,
})

export const idsOf = (kind: Referable): Field<number[]> => ({
  takes: `an array of ids of ${kind}s`,
  read: (value, db) =>
    Array.isArray(value) && value.every((id) => db[kind].get(id as number) !== undefined)
      ? (value as number[])
      : undefined,
})

export const nullable = <T>(field: Field<T>): Field<T | null> => ({
  takes: `${field.takes}, or null`,
  read: (value, db) => (value === null ? null : field.read(value, db)),
})

/** A parameter that is missing, then its value is `undefined`, or wrong. */
interface Misfit {
  readonly name: string
  readonly takes: string
  readonly value: unknown
}

export function tryFields<E>(
  fields: Fields<E>,
  body: unknown,
  db: Database,
  required: readonly string[] = [],
): { readonly read: Partial<E>; readonly misfits: readonly Misfit[] } {
  const input = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const output: Record<string, unknown> = {}
  const misfits: Misfit[] = []
  for (const [name, field] of Object.entries(fields) as [string, Field<unknown>][]) {
    const value = input[name]
    if (value === undefined && !required.includes(name)) continue
    const read = value === undefined ? undefined : field.read(value, db)
    if (read === undefined) misfits.push({ name, takes: field.takes, value })
    output[name] = read
  }
  return { read: output as Partial<E>, misfits }
}

/** @throws {ApiError} 400 with a line for each parameter that is missing or wrong */
export function readFields<E>(
  fields: Fields<E>,
  body: unknown,
  db: Database,
  required?: readonly string[],
): Partial<E> {
  const { read, misfits } = tryFields(fields, body, db, required)
  if (misfits.length === 0) return read
  const line = ({ name, takes, value }: Misfit) => `${name} ${value === undefined ? 'is required' : `takes ${takes}`}`
  const validation = Object.fromEntries(misfits.map((misfit) => [misfit.name, [line(misfit)]]))
  throw new ApiError(400, { validation })
}
