import type { Resource, ResourceRef } from './resource.ts'

/** `/asset`: equipment at a location. Its list wants a filter, and is answered 405 without one. */
export interface Asset extends Resource {
  type: string
  /** By name; which ones there are depends on the type. */
  properties: Record<string, unknown>
  location?: ResourceRef
}
