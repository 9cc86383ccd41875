import type { Request, RequestHandler, Response, Router } from 'express'
import { answer, ApiError, readJson } from '../envelope.ts'
import type { State } from '../state.ts'
import type { Collection, Database, Kind } from './database.ts'
import type { Entity, User } from './entities.ts'
import { type Fields, readFields } from './fields.ts'
import { common, type Filters, type Predicate, type Query, readQuery, select } from './filters.ts'

interface Context {
  readonly db: Database
  /** Whose session it is. */
  readonly user: User
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
  /** Reads the body of a POST. Default: JSON. */
  readonly parse?: RequestHandler
  create?(fields: Partial<E>, context: Context): E
  update?(entity: E, fields: Partial<E>, context: Context): void
  /** May refuse with an {@link ApiError}. */
  remove?(entity: E, context: Context): void
  render(entity: E, db: Database): object
}

/** Serves one resource. */
export function mount<E extends Entity>(
  router: Router,
  state: State,
  resource: Resource<E>,
  collection: Collection<E>,
): void {
  const { db } = state
  const { kind, key, limit, fields, required } = resource
  const context = (response: Response): Context => ({
    db,
    user: state.users.get(response.locals['username'] as string)!.user,
  })
  const find = (request: Request) => {
    const entity = collection.get(Number(request.params['id']))
    if (entity === undefined) throw new ApiError(404)
    return entity
  }
  const show = (response: Response, entity: E) => answer(state, response, 200, { data: resource.render(entity, db) })

  router
    .route(`/${kind}`)
    .get((request, response) => {
      const query = readQuery(request.query)
      const inScope = resource.scope?.(query, context(response)) ?? (() => true)
      const wanted = select({ ...common, ...resource.filters }, query)
      const found = collection.all().filter((entity) => inScope(entity) && wanted(entity))
      const size = Math.min(positive(query['limit'], limit.default), limit.max)
      const page = positive(query['page'], 1)
      const shown = found.slice((page - 1) * size, page * size).map((entity) => resource.render(entity, db))
      const totalPages = Math.max(1, Math.ceil(found.length / size))
      answer(state, response, 200, { data: { totalPages, page, [key]: shown } })
    })
    .post(resource.parse ?? readJson, (request, response) => {
      if (resource.create === undefined) throw notAllowed()
      show(response, resource.create(readFields(fields, request.body, db, required), context(response)))
    })
    .all(() => {
      throw notAllowed()
    })

  router
    .route(`/${kind}/:id`)
    .get((request, response) => show(response, find(request)))
    .put(readJson, (request, response) => {
      if (resource.update === undefined) throw notAllowed()
      const entity = find(request)
      resource.update(entity, readFields(fields, request.body, db), context(response))
      show(response, entity)
    })
    .delete((request, response) => {
      if (resource.remove === undefined) throw notAllowed()
      resource.remove(find(request), context(response))
      response.status(204).end()
    })
    .all(() => {
      throw notAllowed()
    })
}

const notAllowed = () => new ApiError(405, 'Method not allowed')

function positive(value: string | undefined, fallback: number): number {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : fallback
}
