import { ConfigurationError, text } from './configuration.ts'
import type { EmulatorUser } from './options.ts'
import type { Database } from './resources/database.ts'
import type { User } from './resources/entities.ts'

/** A user with the password that opens a session. */
export interface LoginUser {
  readonly user: User
  password: string
}

/** The account that all users belong to, and the company that runs it. */
export const account = { id: 1, name: 'Acme Fire & Safety' }

export function createUsers(given: readonly EmulatorUser[], db: Database): Map<string, LoginUser> {
  const company = db.company.insert({
    name: account.name,
    address: { street: '1200 Commerce Way', city: 'Durham', state: 'NC', postalCode: '27701' },
    phoneNumber: '919-555-0100',
    status: 'active',
    customer: false,
    vendor: true,
  })
  return new Map(
    given.map(({ username, password, ...rest }, index) => {
      const user = db.user.insert({
        username,
        firstName: rest.firstName ?? 'Ingrid',
        lastName: rest.lastName ?? 'Integration',
        email: rest.email ?? `${username.replaceAll(/[^\w.+-]/g, '-')}@acme-fire.example`,
        phone: `919-555-${String(110 + index).padStart(4, '0')}`,
        timezone: 'America/New_York',
        status: rest.status ?? 'active',
        isTech: rest.isTech ?? false,
        isHelper: rest.isHelper ?? false,
        companyId: company.id,
      })
      return [username, { user, password }]
    }),
  )
}

/** @throws {ConfigurationError} if there is no such user, or the password is none */
export function setPassword(users: ReadonlyMap<string, LoginUser>, username: string, password: string): void {
  const user = users.get(username)
  if (user === undefined) throw new ConfigurationError('username', 'one of the users that the emulator knows', username)
  user.password = text(password, 'password')
}
