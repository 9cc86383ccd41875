import { ConfigurationError, objectOf, oneOf, optional, text } from './configuration.ts'
import type { Account } from './accounts.ts'
import { ApiError } from './envelope.ts'
import type { Entity } from './resources/entities.ts'
import { type Fields, tryFields } from './resources/fields.ts'
import { resourceOf } from './resources/index.ts'
import { changeable, collectionOf, type Context } from './resources/resource.ts'
import type { State } from './state.ts'
import { contextOf, findUser } from './users.ts'
import { write } from './writes.ts'

/** What a person at the screen can make, change or remove, as far as the API lets its clients. */
export type ChangeableKind =
  | 'appointment'
  | 'attachment'
  | 'comment'
  | 'company'
  | 'contact'
  | 'job'
  | 'location'
  | 'tag'

/** Whose doing it is. */
export interface ActorOptions {
  /** The name of the account. Default: the user's, or the one that has the entity, or for a new one the first. */
  readonly account?: string | undefined
  /** Whose `userId` webhooks are told. Default: nobody's, `null`. */
  readonly username?: string | undefined
}

/** An entity as the API shows it. */
export interface EntityData {
  readonly id: number
  readonly [field: string]: unknown
}

const readKind = oneOf('appointment', 'attachment', 'comment', 'company', 'contact', 'job', 'location', 'tag')
const readActor = objectOf({ account: optional(text), username: optional(text) })

/** @throws {ConfigurationError} for what the API would not take, or ignore */
export function createEntity(state: State, kind: unknown, fields: unknown, by: unknown = {}): EntityData {
  const resource = resourceOf(readKind(kind, 'kind'))
  const context = actor(state, by, state.accounts[0]!)
  const given = checkFields(resource.fields, fields, context, resource.required)
  const entity = attempt('fields', fields, () => write(state, context, () => resource.create!(given, context)))
  return show(resource.render(entity, context.db))
}

/** @throws {ConfigurationError} for what the API would not take, or ignore */
export function changeEntity(state: State, kind: unknown, id: unknown, fields: unknown, by: unknown = {}): EntityData {
  const { resource, entity, context } = find(state, kind, id, by)
  const given = checkFields(changeable(resource), fields, context)
  attempt('fields', fields, () => write(state, context, () => resource.update!(entity, given, context)))
  return show(resource.render(entity, context.db))
}

/** @throws {ConfigurationError} for what the API would not remove */
export function removeEntity(state: State, kind: unknown, id: unknown, by: unknown = {}): void {
  const { resource, entity, context } = find(state, kind, id, by)
  const { remove } = resource
  if (remove === undefined) throw new ConfigurationError('kind', 'what can be removed', kind)
  attempt('id', id, () => write(state, context, () => remove(entity, context)))
}

function find(state: State, kind: unknown, id: unknown, by: unknown) {
  const known = readKind(kind, 'kind')
  const get = ({ db }: Account) => collectionOf(db, known).get(id as number)
  const context = actor(state, by, state.accounts.find((account) => get(account) !== undefined) ?? state.accounts[0]!)
  const entity = get(context.account)
  if (entity === undefined) {
    const { account, username } = readActor(by, 'actor options')
    const where = account === undefined && username === undefined ? '' : ' of that account'
    throw new ConfigurationError('id', `the id of a ${known}${where}`, id)
  }
  return { resource: resourceOf(known), entity, context }
}

function actor({ accounts, users }: State, by: unknown, fallback: Account): Context {
  const { account: name, username } = readActor(by, 'actor options')
  const named = accounts.find((account) => account.name === name)
  if (name !== undefined && named === undefined) throw new ConfigurationError('account', 'the name of one', name)
  if (username === undefined) {
    const account = named ?? fallback
    return { account, db: account.db, userId: null, companyId: account.company.id }
  }
  const user = findUser(users, username)
  if (named !== undefined && user.account !== named) {
    throw new ConfigurationError('username', 'one of the users of that account', username)
  }
  return contextOf(user)
}

/** What the API ignores is refused here: whoever sets it in a test believes that it does something. */
function checkFields(
  fields: Fields<Entity>,
  given: unknown,
  { db }: Context,
  required?: readonly string[],
): Partial<Entity> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigurationError('fields', 'an object', given)
  }
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(fields, name)) continue
    const known = Object.keys(fields).join(', ')
    throw new ConfigurationError(`fields.${name}`, `no value: it cannot be set. Others can: ${known}`, value)
  }
  const { read, misfits } = tryFields(fields, given, db, required)
  for (const { name, takes, value } of misfits) throw new ConfigurationError(`fields.${name}`, takes, value)
  return read
}

function attempt<T>(option: string, value: unknown, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const reason = error.messages?.error?.[0]
    const answer = `${error.status}${reason === undefined ? '' : `, ${reason}`}`
    throw new ConfigurationError(option, `what the API does not answer with ${answer}`, value)
  }
}

/** A copy: what the caller does with it changes nothing. */
const show = (shown: object) => structuredClone(shown) as EntityData
