import type { JobRef } from './job.ts'
import type { Resource } from './resource.ts'

/** `/invoice`. A page of its list has up to 2,000 items. Which fields it has is not known: few are promised. */
export interface Invoice extends Resource {
  job?: JobRef | null
  status?: string
}

/** `/payment`. A page of its list has up to 2,000 items. Which fields it has is not known: none is promised. */
export interface Payment extends Resource {}

/** `/taxrate`. Which fields it has is not known: few are promised. */
export interface TaxRate extends Resource {
  name?: string
}
