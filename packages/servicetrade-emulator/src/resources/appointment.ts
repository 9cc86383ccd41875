import type { Database } from './database.ts'
import type { Appointment } from './entities.ts'

export function insertAppointment(
  db: Database,
  fields: Pick<Appointment, 'jobId'> & Partial<Appointment>,
): Appointment {
  const appointment = db.appointment.insert({
    status: 'unscheduled',
    windowStart: null,
    windowEnd: null,
    released: false,
    techIds: [],
    serviceRequestIds: [],
    ...fields,
  })
  db.job.get(appointment.jobId)!.appointmentIds.push(appointment.id)
  return appointment
}
