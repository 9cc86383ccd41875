import type { Account } from './accounts.ts'
import { companyStatuses, jobStatuses } from './resources/entities.ts'
import { insertAppointment } from './resources/appointment.ts'
import { insertJob } from './resources/job.ts'
import type { SeedSettings } from './settings.ts'

const streets = ['Main St', 'Oak Ave', 'Foster St', 'Industrial Blvd', 'Harbor Rd', 'Ninth St', 'Mill Rd']
const towns = [
  { city: 'Durham', state: 'NC', postalCode: '27701' },
  { city: 'Raleigh', state: 'NC', postalCode: '27601' },
  { city: 'Richmond', state: 'VA', postalCode: '23219' },
  { city: 'Columbia', state: 'SC', postalCode: '29201' },
  { city: 'Knoxville', state: 'TN', postalCode: '37902' },
]
const customers = ['Piedmont Property Group', 'Bullpen Offices', 'Triangle Health', 'Harbor Hotels', 'Lakeside Schools']
const sites = ['Headquarters', 'Warehouse', 'North Campus', 'Clinic', 'Parking Deck', 'Data Center', 'Annex']
const people = [
  ['Maria', 'Alvarez'],
  ['Dwight', 'Coleman'],
  ['Priya', 'Raman'],
  ['Sam', 'Okafor'],
  ['Lena', 'Fischer'],
  ['Tom', 'Whitaker'],
] as const
const jobTypes = ['inspection', 'repair', 'installation', 'preventative_maintenance', 'survey']
const tagNames = ['Night work', 'Ladder needed', 'Key at desk', 'Warranty']
const remarks = ['Gate code is at the front desk.', 'Panel replaced, tested twice.', 'Customer asked for a call first.']

const day = 24 * 60 * 60

/** Fills an account, the same way every time. */
export function seed({ id, db, domain, company: own }: Account, counts: SeedSettings, clock: () => number): void {
  const now = Math.floor(clock() / 1000)
  const companies = times(counts.companies, (index) =>
    db.company.insert({
      name: numbered(customers, index),
      address: addressOf(index),
      phoneNumber: phone(200 + index),
      status: index % 5 === 4 ? 'on_hold' : 'active',
      customer: true,
      vendor: index % 7 === 6,
    }),
  )
  const locations = times(counts.locations, (index) =>
    db.location.insert({
      name: `${cycle(companies, index).name} ${numbered(sites, index)}`,
      address: addressOf(index + 3),
      companyId: cycle(companies, index).id,
      phoneNumber: phone(300 + index),
      status: index % 6 === 5 ? cycle(companyStatuses, (index + 1) / 6) : 'active',
    }),
  )
  const technicians = times(counts.technicians, (index) => {
    const [firstName, lastName] = cycle(people, index)
    const name = `${firstName}.${lastName}${index < people.length ? '' : index}`.toLowerCase()
    const username = id === 1 ? name : `${name}.${id}`
    return db.user.insert({
      username,
      firstName,
      lastName,
      email: `${name}@${domain}`,
      phone: phone(400 + index),
      timezone: 'America/New_York',
      status: index % 4 === 3 ? 'inactive' : 'active',
      isTech: index % 3 !== 2,
      isHelper: index % 3 === 2,
      companyId: own.id,
    })
  })
  times(counts.contacts, (index) => {
    const [firstName, lastName] = cycle(people, index + 2)
    const at = locations.length === 0 ? undefined : cycle(locations, index)
    return db.contact.insert({
      firstName,
      lastName,
      phone: phone(500 + index),
      email: `${firstName}.${lastName}.${index}@customer.example`.toLowerCase(),
      type: index % 2 === 0 ? 'property manager' : 'billing',
      status: 'public',
      companyIds: [at?.companyId ?? own.id],
      locationIds: at === undefined ? [] : [at.id],
    })
  })
  const tags = times(counts.tags, (index) => db.tag.insert({ name: numbered(tagNames, index) }))
  const jobs = times(counts.jobs, (index) => {
    // Every second job is scheduled; the others go through all the statuses.
    const status = index % 2 === 0 ? 'scheduled' : cycle(jobStatuses, (index - 1) / 2)
    const start = now + ((index % 20) - 5) * day
    const done = ['completed', 'pending_invoice', 'sending_invoice', 'invoiced', 'closed'].includes(status)
    const planned = done || status === 'scheduled'
    const job = insertJob(db, {
      type: cycle(jobTypes, index),
      status,
      description: `${cycle(jobTypes, index)} of the ${index % 3 === 0 ? 'alarm' : 'sprinkler'} system`.replaceAll(
        '_',
        ' ',
      ),
      customerPo: index % 4 === 0 ? `PO-${10_400 + index}` : null,
      scheduledDate: planned ? start : null,
      dueBy: start + 14 * day,
      completedOn: done ? start + 7200 : null,
      vendorId: own.id,
      locationId: cycle(locations, index).id,
      ownerId: technicians.length === 0 ? null : cycle(technicians, index).id,
      tagIds: tags.length === 0 || index % 3 !== 0 ? [] : [cycle(tags, index).id],
    })
    insertAppointment(db, {
      jobId: job.id,
      status: done ? 'completed' : planned ? 'scheduled' : 'unscheduled',
      windowStart: planned ? start : null,
      windowEnd: planned ? start + 7200 : null,
      released: planned,
      techIds: planned && technicians.length > 0 ? [cycle(technicians, index).id] : [],
    })
    return job
  })
  if (jobs.length === 0) return
  times(counts.comments, (index) =>
    db.comment.insert({
      entityType: 3,
      entityId: cycle(jobs, index).id,
      content: cycle(remarks, index),
      visibility: ['techs'],
      pinned: index % 5 === 0,
      authorId: technicians.length === 0 ? null : cycle(technicians, index).id,
    }),
  )
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const cycle = <T>(values: readonly T[], index: number): T => values[index % values.length]!

/** The first round as it is, later ones with a number, so that no two are alike. */
function numbered(names: readonly string[], index: number): string {
  const round = Math.floor(index / names.length)
  return round === 0 ? names[index]! : `${cycle(names, index)} ${round + 1}`
}

const addressOf = (index: number) => ({ street: `${100 + index * 7} ${cycle(streets, index)}`, ...cycle(towns, index) })

const phone = (line: number) => `919-555-${String(line).padStart(4, '0')}`
