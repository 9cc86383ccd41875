import type { Address, Resource, ResourceRef } from './resource.ts'

/** The documented ones; the API may come to know others. */
export type LocationStatus = 'active' | 'pending' | 'inactive' | 'on_hold' | (string & {})

/** `/location`. A page of its list has 10 items unless `limit` is given, which goes up to 5,000. */
export interface Location extends Resource {
  name: string
  address: Address
  status: LocationStatus
  company?: ResourceRef | null
  phoneNumber?: string | null
}
