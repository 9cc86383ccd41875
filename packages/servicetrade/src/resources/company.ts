import type { LocationStatus } from './location.ts'
import type { Address, Resource } from './resource.ts'

/** `/company`: customers, vendors and one's own. */
export interface Company extends Resource {
  name: string
  address: Address
  customer: boolean
  vendor: boolean
  /** Taken to be as that of a location, which is documented. */
  status?: LocationStatus
  phoneNumber?: string | null
}
