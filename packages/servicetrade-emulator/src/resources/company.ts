import { type Company, companyStatuses } from './entities.ts'
import { address, flag, nullable, oneOf, text } from './fields.ts'
import { anyOf, contains, is } from './filters.ts'
import type { Resource } from './resource.ts'

type NewCompany = Pick<Company, 'name' | 'address'> & Partial<Company>

export const company: Resource<Company> = {
  kind: 'company',
  key: 'companies',
  limit: { default: 100, max: 2000 },
  fields: {
    name: text,
    address,
    phoneNumber: nullable(text),
    status: oneOf(companyStatuses),
    customer: flag,
    vendor: flag,
  },
  required: ['name', 'address'],
  filters: {
    name: contains((one) => one.name),
    status: anyOf((one) => one.status),
    customer: is((one) => one.customer),
    vendor: is((one) => one.vendor),
  },
  create: (fields, { db }) =>
    db.company.insert({
      phoneNumber: null,
      status: 'active',
      customer: false,
      vendor: false,
      ...(fields as NewCompany),
    }),
  update: (one, fields, { db }) => {
    db.company.update(one, fields)
  },
  render: (one, db) => ({ uri: db.uri('company', one.id), ...one }),
}
