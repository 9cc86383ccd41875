import type { JobRef } from './job.ts'
import type { Resource, ResourceRef, UnixSeconds } from './resource.ts'

/** The documented ones; the API may come to know others. */
export type AppointmentStatus =
  | 'scheduled'
  | 'unscheduled'
  | 'canceled_by_vendor'
  | 'canceled_by_customer'
  | 'completed'
  | 'no_show'
  | (string & {})

/** `/appointment`. Its list shows all but unscheduled ones, unless `status` is given. */
export interface Appointment extends Resource {
  status: AppointmentStatus
  windowStart: UnixSeconds | null
  windowEnd: UnixSeconds | null
  released: boolean
  job?: JobRef
  location?: ResourceRef | null
  techs?: ResourceRef[]
  serviceRequests?: Partial<ResourceRef>[]
}

/** How a job speaks of its appointments. */
export interface AppointmentRef extends ResourceRef {
  status?: AppointmentStatus
  windowStart?: UnixSeconds | null
  windowEnd?: UnixSeconds | null
}
