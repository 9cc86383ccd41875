import type { Resource } from './resource.ts'

/** `/tag`. To create one of a name that exists gets the one that exists. */
export interface Tag extends Resource {
  name: string
}
