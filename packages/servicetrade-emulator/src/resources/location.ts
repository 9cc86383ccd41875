import { companyStatuses, type Location } from './entities.ts'
import { address, idOf, nullable, oneOf, text } from './fields.ts'
import { anyOf, contains } from './filters.ts'
import type { Resource } from './resource.ts'

type NewLocation = Pick<Location, 'name' | 'address' | 'companyId'> & Partial<Location>

export const location: Resource<Location> = {
  kind: 'location',
  key: 'locations',
  limit: { default: 10, max: 5000 },
  fields: {
    name: text,
    address,
    companyId: idOf('company'),
    phoneNumber: nullable(text),
    status: oneOf(companyStatuses),
  },
  required: ['name', 'address', 'companyId'],
  filters: {
    name: contains((one) => one.name),
    status: anyOf((one) => one.status),
    companyId: anyOf((one) => one.companyId),
  },
  create: (fields, { db }) => db.location.insert({ phoneNumber: null, status: 'active', ...(fields as NewLocation) }),
  update: (one, fields, { db }) => {
    db.location.update(one, fields)
  },
  render: ({ companyId, ...rest }, db) => ({
    uri: db.uri('location', rest.id),
    ...rest,
    company: db.ref('company', companyId),
  }),
}
