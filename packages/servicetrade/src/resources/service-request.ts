import type { JobRef } from './job.ts'
import type { Resource, ResourceRef } from './resource.ts'

/** The documented ones; the API may come to know others. */
export type ServiceRequestStatus = 'open' | 'in_progress' | 'closed' | 'void' | 'canceled' | 'pending' | (string & {})

/** `/servicerequest`. A page of its list has 5,000 items unless `limit` is given. */
export interface ServiceRequest extends Resource {
  status: ServiceRequestStatus
  job?: JobRef | null
  appointments?: ResourceRef[]
}
