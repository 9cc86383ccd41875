import { insertAppointment } from './appointment.ts'
import type { Database } from './database.ts'
import { type Appointment, type Job, jobStatuses } from './entities.ts'
import { idOf, idsOf, nullable, oneOf, text, time } from './fields.ts'
import { anyOf, contains, overlaps, since, until, words } from './filters.ts'
import type { Resource } from './resource.ts'

/** `number` can't be set: the server counts. */
export const job: Resource<Job> = {
  kind: 'job',
  key: 'jobs',
  limit: { default: 100, max: 2000 },
  fields: {
    customName: nullable(text),
    type: text,
    status: oneOf(jobStatuses),
    substatus: nullable(text),
    refNumber: nullable(text),
    customerPo: nullable(text),
    description: nullable(text),
    scheduledDate: nullable(time),
    dueBy: nullable(time),
    completedOn: nullable(time),
    vendorId: idOf('company'),
    locationId: idOf('location'),
    ownerId: nullable(idOf('user')),
    salesId: nullable(idOf('user')),
    tagIds: idsOf('tag'),
  },
  required: ['locationId', 'type'],
  filters: {
    number: anyOf((one) => one.number),
    name: contains((one) => one.customName),
    type: anyOf((one) => one.type),
    refNumber: anyOf((one) => one.refNumber),
    customerPo: anyOf((one) => one.customerPo),
    locationId: anyOf((one) => one.locationId),
    vendorId: anyOf((one) => one.vendorId),
    ownerId: anyOf((one) => one.ownerId),
    tagIds: overlaps((one) => one.tagIds),
    scheduleDateFrom: since((one) => one.scheduledDate),
    scheduleDateTo: until((one) => one.scheduledDate),
    completedOnBegin: since((one) => one.completedOn),
    completedOnEnd: until((one) => one.completedOn),
  },
  scope: ({ status, number }) => {
    if (status === undefined) return number === undefined ? (one) => one.status === 'scheduled' : () => true
    if (status === '*') return () => true
    if (status === 'all') return (one) => one.status !== 'canceled'
    const wanted = new Set<string>(words(status))
    return (one) => wanted.has(one.status)
  },
  create: (fields, { db, companyId }) => {
    const created = insertJob(db, { vendorId: companyId, ...(fields as Omit<NewJob, 'vendorId'>) })
    insertAppointment(db, { jobId: created.id })
    return created
  },
  update: (one, fields, { db }) => {
    db.job.update(one, fields)
  },
  render: (one, db) => {
    const { vendorId, locationId, ownerId, salesId, tagIds, appointmentIds, ...rest } = one
    const at = db.location.get(locationId)
    const appointments = appointmentIds.map((id) => summary(db.appointment.get(id)!, db))
    return {
      uri: db.uri('job', one.id),
      ...rest,
      name: one.customName ?? `${one.type} at ${at?.name}`,
      vendor: db.ref('company', vendorId),
      customer: db.ref('company', at?.companyId ?? null),
      location: db.ref('location', locationId),
      owner: db.ref('user', ownerId),
      sales: db.ref('user', salesId),
      currentAppointment: appointments.at(-1) ?? null,
      appointments,
      offices: [],
      tags: db.refs('tag', tagIds),
      externalIds: {},
    }
  },
}

type NewJob = Pick<Job, 'type' | 'locationId' | 'vendorId'> & Partial<Job>

export function insertJob(db: Database, fields: NewJob): Job {
  return db.job.insert({
    number: db.nextJobNumber(),
    customName: null,
    status: 'new',
    substatus: null,
    refNumber: null,
    customerPo: null,
    description: null,
    scheduledDate: null,
    dueBy: null,
    completedOn: null,
    ownerId: null,
    salesId: null,
    tagIds: [],
    appointmentIds: [],
    ...fields,
  })
}

const summary = ({ id, status, windowStart, windowEnd }: Appointment, db: Database): object => ({
  id,
  uri: db.uri('appointment', id),
  status,
  windowStart,
  windowEnd,
})
