import type { Account } from './accounts.ts'
import { ConfigurationError, text } from './configuration.ts'
import type { EmulatorUser } from './options.ts'
import type { User } from './resources/entities.ts'
import type { Context } from './resources/resource.ts'

/** A user with the password that opens a session, and what the session then sees. */
export interface LoginUser {
  readonly account: Account
  readonly user: User
  password: string
}

export function addUsers(users: Map<string, LoginUser>, given: readonly EmulatorUser[], account: Account): void {
  for (const [index, { username, password, ...rest }] of given.entries()) {
    const user = account.db.user.insert({
      username,
      firstName: rest.firstName ?? 'Ingrid',
      lastName: rest.lastName ?? 'Integration',
      email: rest.email ?? `${username.replaceAll(/[^\w.+-]/g, '-')}@${account.domain}`,
      phone: `919-555-${String(110 + index).padStart(4, '0')}`,
      timezone: 'America/New_York',
      status: rest.status ?? 'active',
      isTech: rest.isTech ?? false,
      isHelper: rest.isHelper ?? false,
      companyId: account.company.id,
    })
    users.set(username, { account, user, password })
  }
}

export function contextOf({ account, user }: LoginUser): Context {
  return { account, db: account.db, userId: user.id, companyId: user.companyId }
}

/** @throws {ConfigurationError} if there is no such user */
export function findUser(users: ReadonlyMap<string, LoginUser>, username: string): LoginUser {
  const user = users.get(username)
  if (user === undefined) throw new ConfigurationError('username', 'one of the users that the emulator knows', username)
  return user
}

/** @throws {ConfigurationError} if there is no such user, or the password is none */
export function setPassword(users: ReadonlyMap<string, LoginUser>, username: string, password: string): void {
  findUser(users, username).password = text(password, 'password')
}
