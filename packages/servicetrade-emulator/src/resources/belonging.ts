import { ApiError } from '../envelope.ts'
import type { Database } from './database.ts'
import type { Belonging } from './entities.ts'
import type { Predicate, Query } from './filters.ts'

/** A list of what belongs to entities must name the entity; the API answers 405 otherwise. */
export function ofEntity<E extends Belonging>({ entityType, entityId }: Query): Predicate<E> {
  if (entityType === undefined || entityId === undefined) {
    throw new ApiError(405, 'entityId and entityType are required')
  }
  return (one) => one.entityType === Number(entityType) && one.entityId === Number(entityId)
}

/** @throws {ApiError} 403 if there is no such entity */
export function requireEntity({ entityType, entityId }: Belonging, db: Database): void {
  if (db.kindOf(entityType, entityId) === undefined) throw new ApiError(403, 'There is no such entity')
}

/** The entity that something belongs to; it may be gone. */
export function entityOf({ entityType, entityId }: Belonging, db: Database): object {
  const kind = db.kindOf(entityType, entityId)
  return { id: entityId, type: entityType, uri: kind === undefined ? null : db.uri(kind, entityId) }
}
