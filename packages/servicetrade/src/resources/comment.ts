import type { EntityRef, Resource, ResourceRef } from './resource.ts'

/** `/comment`. Its list wants `entityType` and `entityId`, and is answered 405 without them. */
export interface Comment extends Resource {
  content: string
  visibility: string[]
  pinned: boolean
  entity?: EntityRef
  author?: ResourceRef | null
}
