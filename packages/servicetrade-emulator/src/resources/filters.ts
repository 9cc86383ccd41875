import type { Entity } from './entities.ts'

export type Query = Readonly<Record<string, string | undefined>>
export type Predicate<E> = (entity: E) => boolean
/** Makes a predicate of a parameter's value. */
export type Filter<E> = (value: string) => Predicate<E>
export type Filters<E> = Readonly<Record<string, Filter<E>>>

type Get<E, T> = (entity: E) => T

/** Lists in queries are comma-separated. */
export const words = (value: string): string[] => value.split(',').map((word) => word.trim())

const isOn = (value: string) => value === '1' || value === 'true'

export const anyOf =
  <E>(get: Get<E, number | string | null>): Filter<E> =>
  (value) => {
    const wanted = new Set(words(value))
    return (entity) => wanted.has(String(get(entity)))
  }

export const overlaps =
  <E>(get: Get<E, readonly (number | string)[]>): Filter<E> =>
  (value) => {
    const wanted = new Set(words(value))
    return (entity) => get(entity).some((one) => wanted.has(String(one)))
  }

export const contains =
  <E>(get: Get<E, string | null>): Filter<E> =>
  (value) => {
    const wanted = value.toLowerCase()
    return (entity) => (get(entity) ?? '').toLowerCase().includes(wanted)
  }

export const is =
  <E>(get: Get<E, boolean>): Filter<E> =>
  (value) =>
  (entity) =>
    get(entity) === isOn(value)

/** From that time on, Unix seconds. */
export const since =
  <E>(get: Get<E, number | null>): Filter<E> =>
  (value) =>
  (entity) =>
    (get(entity) ?? -Infinity) >= Number(value)

/** Up to that time, Unix seconds. */
export const until =
  <E>(get: Get<E, number | null>): Filter<E> =>
  (value) =>
  (entity) =>
    (get(entity) ?? Infinity) <= Number(value)

/** What nearly all lists take. */
export const common: Filters<Entity> = {
  createdAfter: since((entity) => entity.created),
  createdBefore: until((entity) => entity.created),
  updatedAfter: since((entity) => entity.updated),
  updatedBefore: until((entity) => entity.updated),
}

/** PHP keeps the last of the parameters that share a name. Empty ones count as left out. */
export function readQuery(query: object): Query {
  return Object.fromEntries(
    Object.entries(query)
      .map(([name, value]: [string, unknown]) => [name, Array.isArray(value) ? value.at(-1) : value] as const)
      .filter((pair): pair is readonly [string, string] => typeof pair[1] === 'string' && pair[1] !== ''),
  )
}

/** All filters that the query names; it may name others, which the API ignores. */
export function select<E>(filters: Filters<E>, query: Query): Predicate<E> {
  const predicates = Object.entries(filters)
    .filter(([name]) => query[name] !== undefined)
    .map(([name, filter]) => filter(query[name]!))
  return (entity) => predicates.every((predicate) => predicate(entity))
}
