import {
  type Appointment,
  type Attachment,
  type Comment,
  type Company,
  type Contact,
  type CurrentUser,
  type Job,
  type Location,
  type ResourceLists,
  ServiceTradeError,
  type Tag,
  type User,
  type Webhook,
} from '@latchkey/servicetrade'
import { expect, test } from 'vitest'
import { startClient } from '../support/client.ts'

/** The compiler holds it to the types; `gadget` comes from the test of augmentation. */
const keys = {
  appointment: 'appointments',
  asset: 'assets',
  attachment: 'attachments',
  comment: 'comments',
  company: 'companies',
  contact: 'contacts',
  deficiency: 'deficiencies',
  history: 'histories',
  invoice: 'invoices',
  job: 'jobs',
  jobitem: 'jobItems',
  libitem: 'libItems',
  location: 'locations',
  payment: 'payments',
  quote: 'quotes',
  quoterequest: 'quoterequests',
  serviceitem: 'serviceitems',
  serviceline: 'servicelines',
  servicerequest: 'servicerequests',
  tag: 'tags',
  taxrate: 'taxrates',
  user: 'users',
  webhook: 'webhooks',
} satisfies { [N in Exclude<keyof ResourceLists, 'gadget'>]: ResourceLists[N]['key'] }

/** What each field of a type holds, optional ones as well; with a `?` what can be `null`. */
type Kinds<T> = { [F in keyof Required<T>]: Kind<Exclude<T[F], undefined>> }
type Kind<V> = unknown extends V ? 'any' : null extends V ? `${Of<Exclude<V, null>>}?` : Of<V>
type Of<V> = V extends string
  ? 'string'
  : V extends number
    ? 'number'
    : V extends boolean
      ? 'boolean'
      : V extends readonly unknown[]
        ? 'array'
        : 'object'

const resource = { id: 'number', uri: 'string', created: 'number', updated: 'number' } as const

const appointment: Kinds<Appointment> = {
  ...resource,
  status: 'string',
  windowStart: 'number?',
  windowEnd: 'number?',
  released: 'boolean',
  job: 'object',
  location: 'object?',
  techs: 'array',
  serviceRequests: 'array',
}
const attachment: Kinds<Attachment> = {
  ...resource,
  contentUrl: 'string',
  checksum: 'string',
  fileName: 'string',
  fileType: 'string',
  purposeId: 'number',
  entity: 'object',
  scanStatus: 'string',
  description: 'string?',
  visibility: 'array',
}
const comment: Kinds<Comment> = {
  ...resource,
  content: 'string',
  visibility: 'array',
  pinned: 'boolean',
  entity: 'object',
  author: 'object?',
}
const company: Kinds<Company> = {
  ...resource,
  name: 'string',
  address: 'object',
  customer: 'boolean',
  vendor: 'boolean',
  status: 'string',
  phoneNumber: 'string?',
}
const contact: Kinds<Contact> = {
  ...resource,
  status: 'string',
  firstName: 'string',
  lastName: 'string?',
  phone: 'string?',
  email: 'string?',
  type: 'string?',
  companies: 'array',
  locations: 'array',
}
const job: Kinds<Omit<Job, 'onlyInAugmentationTest'>> = {
  ...resource,
  name: 'string',
  customName: 'string?',
  type: 'string',
  status: 'string',
  substatus: 'string?',
  number: 'number',
  refNumber: 'string?',
  customerPo: 'string?',
  description: 'string?',
  scheduledDate: 'number?',
  dueBy: 'number?',
  completedOn: 'number?',
  vendor: 'object?',
  customer: 'object?',
  location: 'object',
  owner: 'object?',
  sales: 'object?',
  currentAppointment: 'object?',
  appointments: 'array',
  offices: 'array',
  tags: 'array',
  externalIds: 'any',
}
const location: Kinds<Location> = {
  ...resource,
  name: 'string',
  address: 'object',
  status: 'string',
  company: 'object?',
  phoneNumber: 'string?',
}
const tag: Kinds<Tag> = { ...resource, name: 'string' }
const person = {
  name: 'string',
  status: 'string',
  firstName: 'string',
  lastName: 'string',
  username: 'string',
  email: 'string',
  phone: 'string',
  timezone: 'string',
  isTech: 'boolean',
  isHelper: 'boolean',
  company: 'object?',
} as const
const user: Kinds<User> = { ...resource, ...person }
const webhook: Kinds<Webhook> = {
  ...resource,
  hookUrl: 'string',
  enabled: 'boolean',
  includeChangesets: 'boolean',
  entityEvents: 'array?',
  confirmed: 'boolean',
}
const kinds = { appointment, attachment, comment, company, contact, job, location, tag, user, webhook }

const sessionUser: Kinds<Exclude<CurrentUser['user'], null>> = {
  id: 'number',
  uri: 'string',
  ...person,
  avatar: 'object',
  account: 'object',
  serviceLines: 'array',
}

/** Whether the item has those fields and no others, each of its kind. */
function expectFields(item: object, fields: Readonly<Record<string, string>>): void {
  expect(Object.keys(item).toSorted()).toEqual(Object.keys(fields).toSorted())
  for (const [name, value] of Object.entries(item) as [string, unknown][]) {
    const kind = fields[name]!
    if (kind === 'any') continue
    if (value === null) expect(kind, name).toMatch(/\?$/)
    else expect(Array.isArray(value) ? 'array' : typeof value, name).toBe(kind.replace('?', ''))
  }
}

test('lists and fields are what the emulator answers with, at the cost of one login', async () => {
  await using client = await startClient()
  const { st, api } = client
  const entity = { entityType: 3, entityId: 1 }
  await st.attach({ ...entity, purposeId: 7 }, { value: Buffer.from('x'), filename: 'x.txt' })
  await st.post('/webhook', { hookUrl: 'https://hooks.example/x', enabled: false })

  const served: string[] = []
  for (const [name, key] of Object.entries(keys)) {
    const page = await st
      .get<Record<string, unknown>>(`/${name}`, { ...entity, limit: 500 })
      .catch((error: unknown) => {
        if (error instanceof ServiceTradeError && error.status === 404) return undefined
        throw error
      })
    if (page === undefined) continue
    served.push(name)
    expect(Object.keys(page).toSorted()).toEqual([key, 'page', 'totalPages'].toSorted())
    const items = page[key] as object[]
    expect(items.length, name).toBeGreaterThan(0)
    for (const item of items) expectFields(item, kinds[name as keyof typeof kinds])
  }
  expect(served).toEqual(Object.keys(kinds))

  const { user: me } = await st.get<CurrentUser>('/auth')
  // The emulator tells more of the user than is documented.
  expectFields(me ?? {}, { ...sessionUser, created: 'number', updated: 'number' })
  expect(api.counters.logins).toBe(1)
})
