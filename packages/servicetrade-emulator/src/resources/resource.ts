import type { RequestHandler } from 'express'
import type { Account } from '../accounts.ts'
import type { Collection } from './collection.ts'
import type { Database } from './database.ts'
import type { Entity } from './entities.ts'
import type { Fields } from './fields.ts'
import type { Filters, Predicate, Query } from './filters.ts'
import type { Kind } from './kinds.ts'

/** Who acts, and on what. */
export interface Context {
  readonly account: Account
  readonly db: Database
  /** `null`: nobody in particular. */
  readonly userId: number | null
  /** The user's own. */
  readonly companyId: number
}

/** One kind of entity as the API shows it. A verb that it has not is answered 405. */
export interface Resource<E extends Entity> {
  /** Its path, and its name in the database. */
  readonly kind: Kind
  /** What a list is called in `data`. */
  readonly key: string
  readonly limit: { readonly default: number; readonly max: number }
  readonly filters: Filters<E>
  /** What a list shows whatever the filters say; may refuse the query with an {@link ApiError}. */
  scope?(query: Query, context: Context): Predicate<E>
  /** What a body may set. */
  readonly fields: Fields<E>
  /** What the body of a POST must set. */
  readonly required?: readonly (keyof E & string)[]
  /** What is as it was made for ever: the API ignores it in the body of a PUT. */
  readonly fixed?: readonly (keyof E & string)[]
  /** Reads the body of a POST. Default: JSON. */
  readonly parse?: RequestHandler
  create?(fields: Partial<E>, context: Context): E
  update?(entity: E, fields: Partial<E>, context: Context): void
  /** May refuse with an {@link ApiError}. */
  remove?(entity: E, context: Context): void
  render(entity: E, db: Database): object
}

export type AnyResource = Resource<Entity>

export const collectionOf = (db: Database, kind: Kind): Collection<Entity> => db[kind]

/** What a PUT can set. */
export function changeable({ fields, fixed = [] }: AnyResource): Fields<Entity> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !(fixed as readonly string[]).includes(name)))
}
