import type { Resource, ResourceRef } from './resource.ts'

/**
 * `/quote`. Its totals are texts like `'9,250.00'`: see {@link Money}. Which fields it has is not known: few are
 * promised.
 */
export interface Quote extends Resource {
  name?: string
  status?: string
  location?: ResourceRef | null
}

/** `/quoterequest`. Which fields it has is not known: few are promised. */
export interface QuoteRequest extends Resource {
  status?: string
  location?: ResourceRef | null
}
