import type { Action } from './journal.ts'
import type { Upload } from './multipart.ts'

export interface Entity {
  readonly id: number
  /** Unix seconds. */
  created: number
  updated: number
}

export interface Address {
  readonly street: string
  readonly city: string
  readonly state: string
  readonly postalCode: string
}

export const companyStatuses = ['active', 'pending', 'inactive', 'on_hold'] as const
export const contactStatuses = ['public', 'private', 'inactive'] as const
export const jobStatuses = [
  'new',
  'scheduled',
  'canceled',
  'bidding',
  'completed',
  'pending_invoice',
  'sending_invoice',
  'invoiced',
  'closed',
] as const
export const appointmentStatuses = [
  'scheduled',
  'unscheduled',
  'canceled_by_vendor',
  'canceled_by_customer',
  'completed',
  'no_show',
] as const

export interface Company extends Entity {
  name: string
  address: Address
  phoneNumber: string | null
  status: (typeof companyStatuses)[number]
  customer: boolean
  vendor: boolean
}

export interface Location extends Entity {
  name: string
  address: Address
  companyId: number
  phoneNumber: string | null
  status: (typeof companyStatuses)[number]
}

export interface User extends Entity {
  username: string
  firstName: string
  lastName: string
  email: string
  phone: string
  timezone: string
  status: 'active' | 'inactive'
  isTech: boolean
  isHelper: boolean
  companyId: number
}

export interface Contact extends Entity {
  firstName: string
  lastName: string | null
  phone: string | null
  email: string | null
  type: string | null
  status: (typeof contactStatuses)[number]
  companyIds: number[]
  locationIds: number[]
}

export interface Tag extends Entity {
  name: string
}

export interface Job extends Entity {
  number: number
  customName: string | null
  type: string
  status: (typeof jobStatuses)[number]
  substatus: string | null
  refNumber: string | null
  customerPo: string | null
  description: string | null
  scheduledDate: number | null
  dueBy: number | null
  completedOn: number | null
  vendorId: number
  locationId: number
  ownerId: number | null
  salesId: number | null
  tagIds: number[]
  /** In the order they were made: the last is the current one. */
  appointmentIds: number[]
}

export interface Appointment extends Entity {
  jobId: number
  status: (typeof appointmentStatuses)[number]
  windowStart: number | null
  windowEnd: number | null
  released: boolean
  techIds: number[]
  serviceRequestIds: number[]
}

/** What a comment or an attachment belongs to. */
export interface Belonging {
  entityType: number
  entityId: number
}

export interface Comment extends Entity, Belonging {
  content: string
  visibility: string[]
  pinned: boolean
  authorId: number | null
}

export interface Attachment extends Entity, Belonging {
  purposeId: number
  description: string | null
  visibility: string[]
  uploadedFile: Upload
}

/** What a webhook is told of: these actions on entities of this type. */
export interface EntityEvents {
  readonly entityType: number
  readonly actions: readonly Action[]
}

export interface Webhook extends Entity {
  hookUrl: string
  enabled: boolean
  confirmed: boolean
  includeChangesets: boolean
  /** `null` is everything, an empty array nothing. */
  entityEvents: EntityEvents[] | null
}
