import type { Request, Response, Router } from 'express'
import { answer, ApiError, readJson } from '../envelope.ts'
import type { State } from '../state.ts'
import { contextOf } from '../users.ts'
import { write } from '../writes.ts'
import type { Database } from './database.ts'
import type { Entity } from './entities.ts'
import { readFields } from './fields.ts'
import { common, readQuery, select } from './filters.ts'
import { type AnyResource, changeable, collectionOf, type Context } from './resource.ts'

/** Serves one resource, to each session the entities of its account. */
export function mount(router: Router, state: State, resource: AnyResource): void {
  const { kind, key, limit, fields, required } = resource
  const contextFor = (response: Response): Context => contextOf(state.users.get(response.locals['username'] as string)!)
  const find = (request: Request, db: Database) => {
    const entity = collectionOf(db, kind).get(Number(request.params['id']))
    if (entity === undefined) throw new ApiError(404)
    return entity
  }
  const show = (response: Response, entity: Entity, db: Database) =>
    answer(state, response, 200, { data: resource.render(entity, db) })

  router
    .route(`/${kind}`)
    .get((request, response) => {
      const context = contextFor(response)
      const query = readQuery(request.query)
      const inScope = resource.scope?.(query, context) ?? (() => true)
      const wanted = select({ ...common, ...resource.filters }, query)
      const all = collectionOf(context.db, kind).all()
      const found = all.filter((entity) => inScope(entity) && wanted(entity))
      const size = Math.min(positive(query['limit'], limit.default), limit.max)
      const page = positive(query['page'], 1)
      const shown = found.slice((page - 1) * size, page * size).map((entity) => resource.render(entity, context.db))
      const totalPages = Math.max(1, Math.ceil(found.length / size))
      answer(state, response, 200, { data: { totalPages, page, [key]: shown } })
    })
    .post(resource.parse ?? readJson, (request, response) => {
      const { create } = resource
      if (create === undefined) throw notAllowed()
      const context = contextFor(response)
      const given = readFields(fields, request.body, context.db, required)
      show(
        response,
        write(state, context, () => create(given, context)),
        context.db,
      )
    })
    .all(() => {
      throw notAllowed()
    })

  router
    .route(`/${kind}/:id`)
    .get((request, response) => {
      const { db } = contextFor(response)
      show(response, find(request, db), db)
    })
    .put(readJson, (request, response) => {
      const { update } = resource
      if (update === undefined) throw notAllowed()
      const context = contextFor(response)
      const entity = find(request, context.db)
      const given = readFields(changeable(resource), request.body, context.db)
      write(state, context, () => update(entity, given, context))
      show(response, entity, context.db)
    })
    .delete((request, response) => {
      const { remove } = resource
      if (remove === undefined) throw notAllowed()
      const context = contextFor(response)
      const entity = find(request, context.db)
      write(state, context, () => remove(entity, context))
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
