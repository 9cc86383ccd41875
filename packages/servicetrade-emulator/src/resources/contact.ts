import { type Contact, contactStatuses } from './entities.ts'
import { idsOf, nullable, oneOf, text } from './fields.ts'
import { anyOf, contains, overlaps } from './filters.ts'
import type { Resource } from './resource.ts'

type NewContact = Pick<Contact, 'firstName'> & Partial<Contact>

export const contact: Resource<Contact> = {
  kind: 'contact',
  key: 'contacts',
  limit: { default: 100, max: 2000 },
  fields: {
    firstName: text,
    lastName: nullable(text),
    phone: nullable(text),
    email: nullable(text),
    type: nullable(text),
    status: oneOf(contactStatuses),
    companyIds: idsOf('company'),
    locationIds: idsOf('location'),
  },
  required: ['firstName'],
  filters: {
    name: contains((one) => `${one.firstName} ${one.lastName ?? ''}`),
    email: anyOf((one) => one.email),
    type: anyOf((one) => one.type),
    status: anyOf((one) => one.status),
    companyId: overlaps((one) => one.companyIds),
    locationId: overlaps((one) => one.locationIds),
  },
  create: (fields, { db }) =>
    db.contact.insert({
      lastName: null,
      phone: null,
      email: null,
      type: null,
      status: 'public',
      companyIds: [],
      locationIds: [],
      ...(fields as NewContact),
    }),
  update: (one, fields, { db }) => {
    db.contact.update(one, fields)
  },
  remove: (one, { db }) => db.contact.remove(one),
  render: ({ companyIds, locationIds, ...rest }, db) => ({
    uri: db.uri('contact', rest.id),
    ...rest,
    companies: db.refs('company', companyIds),
    locations: db.refs('location', locationIds),
  }),
}
