import type { EntityTypeId } from './entity-types.ts'

/** A time as the API gives and takes it: Unix seconds, whole ones. `new Date(seconds * 1000)` makes a date of it. */
export type UnixSeconds = number

/** An amount as the API writes it in quotes: a text with commas, `'9,250.00'`, which `Number()` cannot read. */
export type Money = string

/**
 * What all resources have.
 *
 * The types of this package list what is documented. What is optional in them is known from elsewhere, or inferred:
 * do not count on it. Servers send more fields than are listed; add those that you know of to an interface by
 * declaration merging, `declare module '@latchkey/servicetrade' { interface Job { … } }`.
 */
export interface Resource {
  /** Up to about 2.7 × 10^15: too large for 32 bits. */
  id: number
  /** Where the API has it: a URL. */
  uri: string
  created: UnixSeconds
  updated: UnixSeconds
}

/** How one resource speaks of another. */
export interface ResourceRef {
  id: number
  uri: string
  name?: string
}

/** What a comment or an attachment belongs to. */
export interface EntityRef {
  id: number
  /** One of {@link entityTypes}. */
  type: EntityTypeId | (number & {})
  /** `null` if there is no such entity any more. */
  uri: string | null
}

export interface Address {
  street: string
  city: string
  state: string
  postalCode: string
}
