import type { EntityRef, Resource } from './resource.ts'

/**
 * `/history`: what was done to an entity. Its list wants `entityType` and `entityId`, and is answered 400 without them.
 * Which fields it has is not known: few are promised.
 */
export interface History extends Resource {
  entity?: EntityRef
}
