import type { AppointmentRef } from './appointment.ts'
import type { Resource, ResourceRef, UnixSeconds } from './resource.ts'

/** The documented ones; the API may come to know others. */
export type JobStatus =
  | 'new'
  | 'scheduled'
  | 'canceled'
  | 'bidding'
  | 'completed'
  | 'pending_invoice'
  | 'sending_invoice'
  | 'invoiced'
  | 'closed'
  | (string & {})

/** `/job`. Its list shows scheduled jobs only, unless `status` or `number` is given: `'*'` is all of them. */
export interface Job extends Resource {
  name: string
  customName: string | null
  /** `'inspection'`, `'repair'`, … */
  type: string
  status: JobStatus
  substatus: string | null
  /** Given by the server; it cannot be set. */
  number: number
  refNumber: string | null
  customerPo: string | null
  description: string | null
  scheduledDate: UnixSeconds | null
  dueBy: UnixSeconds | null
  completedOn: UnixSeconds | null
  vendor: ResourceRef | null
  customer: ResourceRef | null
  location: ResourceRef
  owner: ResourceRef | null
  sales: ResourceRef | null
  /** A new job has one. */
  currentAppointment: AppointmentRef | null
  appointments: AppointmentRef[]
  offices: ResourceRef[]
  tags: ResourceRef[]
  /** Documented by name alone. */
  externalIds: unknown
}

/** How other resources speak of a job. */
export interface JobRef extends ResourceRef {
  number?: number
}
