import {
  type AppointmentStatus,
  type Attachment,
  type AttachmentPurposeId,
  attachmentPurposes,
  type DeficiencySeverity,
  type DeficiencyStatus,
  type EntityTypeId,
  entityTypes,
  type Job,
  type JobStatus,
  type LocationStatus,
  type Resource,
  type ResourceLists,
  type ServiceRequestStatus,
} from '@latchkey/servicetrade'
import { expect, expectTypeOf, test } from 'vitest'

/** Those of the values that an editor suggests for the type; none are left once a union collapses into `string`. */
type Suggested<T, Values> = Extract<T, Values>

test('statuses suggest the documented values and bear others', () => {
  type Jobs = 'new' | 'scheduled' | 'canceled' | 'bidding' | 'completed' | 'invoiced' | 'closed'
  type Invoicing = 'pending_invoice' | 'sending_invoice'
  expectTypeOf<Suggested<JobStatus, Jobs | Invoicing | 'nonsense'>>().toEqualTypeOf<Jobs | Invoicing>()
  expectTypeOf<'some_later_status'>().toExtend<JobStatus>()
  expectTypeOf<JobStatus>().toExtend<string>()
  expectTypeOf<1>().not.toExtend<JobStatus>()
  expectTypeOf<Suggested<AppointmentStatus, 'no_show' | 'unscheduled'>>().toEqualTypeOf<'no_show' | 'unscheduled'>()
  expectTypeOf<Suggested<LocationStatus, 'on_hold'>>().toEqualTypeOf<'on_hold'>()
  expectTypeOf<Suggested<DeficiencyStatus, 'verified'>>().toEqualTypeOf<'verified'>()
  expectTypeOf<Suggested<DeficiencySeverity, 'inoperable'>>().toEqualTypeOf<'inoperable'>()
  expectTypeOf<Suggested<ServiceRequestStatus, 'in_progress'>>().toEqualTypeOf<'in_progress'>()
})

test('the numbers of entity types and purposes are there at run time, and their types are unions of them', () => {
  expect([entityTypes.job, entityTypes.externalId, attachmentPurposes.jobPaperwork]).toEqual([3, 33, 1])
  for (const numbers of [Object.values(entityTypes), Object.values(attachmentPurposes)]) {
    expect(new Set<number>(numbers).size).toBe(numbers.length)
  }
  expectTypeOf(entityTypes.job).toEqualTypeOf<3>()
  expectTypeOf<4>().toExtend<EntityTypeId>()
  expectTypeOf<1>().not.toExtend<EntityTypeId>()
  expectTypeOf(attachmentPurposes.jobPaperwork).toEqualTypeOf<1>()
  expectTypeOf<2>().not.toExtend<AttachmentPurposeId>()
  expectTypeOf<Suggested<Attachment['purposeId'], 1 | 2>>().toEqualTypeOf<1>()
  expectTypeOf<99>().toExtend<Attachment['purposeId']>()
})

test('all that is listed is a resource', () => {
  expectTypeOf<ResourceLists[keyof ResourceLists]['item']>().toExtend<Resource>()
})

test('a field that is not listed is no field by accident, but can be looked for', () => {
  const job = { id: 1, budget: 5 } as unknown as Job
  // @ts-expect-error: a misspelt field
  expectTypeOf(job.staus).toBeAny()
  expectTypeOf<keyof Job>().not.toEqualTypeOf<string | number>()
  if ('budget' in job) expectTypeOf(job.budget).toBeUnknown()
})
