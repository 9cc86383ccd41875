import type { Resource } from './resource.ts'

/** `/serviceline`: a trade, or a kind of system. Which fields it has is not known: few are promised. */
export interface ServiceLine extends Resource {
  name?: string
}
