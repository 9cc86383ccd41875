import { ApiError } from '../envelope.ts'
import type { Database } from './database.ts'
import { type Appointment, appointmentStatuses } from './entities.ts'
import { flag, idOf, idsOf, nullable, oneOf, time, wholes } from './fields.ts'
import { anyOf, is, overlaps, since, until, words } from './filters.ts'
import type { Resource } from './resource.ts'

export const appointment: Resource<Appointment> = {
  kind: 'appointment',
  key: 'appointments',
  limit: { default: 100, max: 2000 },
  fields: {
    jobId: idOf('job'),
    status: oneOf(appointmentStatuses),
    windowStart: nullable(time),
    windowEnd: nullable(time),
    released: flag,
    techIds: idsOf('user'),
    serviceRequestIds: wholes,
  },
  required: ['jobId'],
  fixed: ['jobId'],
  filters: {
    jobId: anyOf((one) => one.jobId),
    techIds: overlaps((one) => one.techIds),
    released: is((one) => one.released),
    windowBeginsAfter: since((one) => one.windowStart),
    windowBeginsBefore: until((one) => one.windowStart),
  },
  scope: ({ status }) => {
    if (status === undefined) return (one) => one.status !== 'unscheduled'
    const wanted = new Set<string>(words(status))
    return (one) => wanted.has(one.status)
  },
  create: (fields, { db }) => {
    const created = insertAppointment(db, fields as NewAppointment)
    scheduleJob(created, db)
    return created
  },
  update: (one, fields, { db }) => {
    scheduleJob(db.appointment.update(one, fields), db)
  },
  remove: (one, { db }) => {
    if (one.status !== 'unscheduled') throw new ApiError(404)
    if (one.serviceRequestIds.length > 0) throw new ApiError(409, 'The appointment has service requests')
    const job = db.job.get(one.jobId)!
    job.appointmentIds = job.appointmentIds.filter((id) => id !== one.id)
    db.appointment.remove(one)
  },
  render: (one, db) => {
    const { jobId, techIds, serviceRequestIds, ...rest } = one
    const { number, locationId } = db.job.get(jobId)!
    return {
      uri: db.uri('appointment', one.id),
      ...rest,
      job: { id: jobId, uri: db.uri('job', jobId), number },
      location: db.ref('location', locationId),
      techs: db.refs('user', techIds),
      serviceRequests: serviceRequestIds.map((id) => ({ id })),
    }
  },
}

type NewAppointment = Pick<Appointment, 'jobId'> & Partial<Appointment>

export function insertAppointment(db: Database, fields: NewAppointment): Appointment {
  const created = db.appointment.insert({
    status: 'unscheduled',
    windowStart: null,
    windowEnd: null,
    released: false,
    techIds: [],
    serviceRequestIds: [],
    ...fields,
  })
  db.job.get(created.jobId)!.appointmentIds.push(created.id)
  return created
}

/** A new job becomes a scheduled one with its first scheduled appointment. */
function scheduleJob({ jobId, status, windowStart }: Appointment, db: Database): void {
  const job = db.job.get(jobId)!
  if (status === 'scheduled' && job.status === 'new') db.job.update(job, { status, scheduledDate: windowStart })
}
