import type { Resource, ResourceRef } from './resource.ts'

/** `/contact`: people at customers and vendors. */
export interface Contact extends Resource {
  /** Which ones there are is not documented: `'public'`, … */
  status: string
  firstName: string
  lastName: string | null
  phone: string | null
  email: string | null
  type?: string | null
  companies?: ResourceRef[]
  locations?: ResourceRef[]
}
