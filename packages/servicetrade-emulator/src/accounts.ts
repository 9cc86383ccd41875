import { Database } from './resources/database.ts'
import type { Company } from './resources/entities.ts'
import type { Ids } from './resources/ids.ts'

/** A company that uses the service, and its data. */
export interface Account {
  readonly id: number
  readonly name: string
  /** Where its people get their mail. */
  readonly domain: string
  /** The company that runs it. */
  readonly company: Company
  readonly db: Database
}

export function openAccount(id: number, name: string, clock: () => number, ids: Ids): Account {
  const db = new Database(clock, ids)
  const company = db.company.insert({
    name,
    address: { street: '1200 Commerce Way', city: 'Durham', state: 'NC', postalCode: '27701' },
    phoneNumber: '919-555-0100',
    status: 'active',
    customer: false,
    vendor: true,
  })
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return { id, name, domain: `${label === '' ? `account-${id}` : label}.example`, company, db }
}
