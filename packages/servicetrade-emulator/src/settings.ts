import {
  clock,
  ConfigurationError,
  duration,
  flag,
  listOf,
  objectOf,
  oneOf,
  optional,
  otherwise,
  type Reader,
  text,
  wholeNumber,
} from './configuration.ts'
import { checkClients, readClients } from './oauth2/clients.ts'
import {
  defaultClient,
  defaultUser,
  type EmulatorOptions,
  type EmulatorUser,
  type RetryAfterFormat,
} from './options.ts'

const many = 100_000
const retryAfterFormat = otherwise<RetryAfterFormat>('seconds', oneOf('seconds', 'date', 'none'))

const readUsers: Reader<EmulatorUser[]> = listOf(
  objectOf({
    username: text,
    password: text,
    firstName: optional(text),
    lastName: optional(text),
    email: optional(text),
    isTech: optional(flag),
    isHelper: optional(flag),
    status: optional(oneOf('active', 'inactive')),
  }),
)

const readSeed = withDefaults({
  jobs: otherwise(40, wholeNumber(0, many)),
  locations: otherwise(12, wholeNumber(0, many)),
  companies: otherwise(5, wholeNumber(0, many)),
  contacts: otherwise(8, wholeNumber(0, many)),
  technicians: otherwise(4, wholeNumber(0, many)),
  tags: otherwise(4, wholeNumber(0, many)),
  comments: otherwise(6, wholeNumber(0, many)),
  firstId: otherwise(1, wholeNumber(1, 2 ** 52)),
})

const readSettings = objectOf({
  port: otherwise(0, wholeNumber(0, 65_535)),
  host: otherwise('127.0.0.1', text),
  users: optional(readUsers),
  clients: optional(readClients),
  seed: readSeed,
  accounts: optional(
    listOf(objectOf({ name: text, users: readUsers, clients: otherwise([], readClients), seed: readSeed })),
  ),
  webhooks: withDefaults({ timeLimit: otherwise(5000, duration(1)), retryDelay: otherwise(1000, duration()) }),
  oauth2: withDefaults({
    tokenLifetime: otherwise(86_400_000, duration(1)),
    format: otherwise('jwt', oneOf('jwt', 'opaque')),
    refreshTokens: otherwise('always', oneOf('always', 'never')),
    expiresIn: otherwise(true, flag),
  }),
  softCap: otherwise(100, wholeNumber(1, many)),
  hardCap: otherwise(200, wholeNumber(1, many)),
  sessionLifetime: optional(duration(1)),
  sessionIdleTime: optional(duration(1)),
  loginThrottle: optional(
    objectOf({
      limit: wholeNumber(1, many),
      window: duration(1),
      retryAfterFormat,
      denyAfter: optional(wholeNumber(1, many)),
      denyFor: otherwise(60_000, duration(1)),
    }),
  ),
  serverTimeBudget: optional(
    objectOf({
      limit: otherwise(30_000, duration(1)),
      refill: otherwise(15_000, duration(1)),
      cost: otherwise(50, duration()),
      retryAfterFormat,
    }),
  ),
  latency: otherwise(0, duration()),
  loginLatency: otherwise(0, duration()),
  clock: otherwise(() => Date.now(), clock),
})

type Given = ReturnType<typeof readSettings>
export type SeedSettings = Given['seed']
export type AccountSettings = NonNullable<Given['accounts']>[number]
export type WebhookSettings = Given['webhooks']
export type OAuth2Settings = Given['oauth2']
export type ThrottleSettings = NonNullable<Given['loginThrottle']>
export type BudgetSettings = NonNullable<Given['serverTimeBudget']>

export interface Settings extends Omit<Given, 'users' | 'clients' | 'seed' | 'accounts'> {
  /** At least one. */
  readonly accounts: readonly AccountSettings[]
}

/** @throws {ConfigurationError} for an unknown option, or a value that its option does not take */
export function readOptions(options: EmulatorOptions): Settings {
  const { users, clients, seed, accounts, ...settings } = readSettings(options, 'startEmulator options')
  if (settings.hardCap < settings.softCap) {
    throw new ConfigurationError('hardCap', `a whole number from softCap, ${settings.softCap}`, settings.hardCap)
  }
  if (accounts !== undefined) {
    for (const name of ['users', 'clients', 'seed'] as const) {
      if (options[name] === undefined) continue
      throw new ConfigurationError(name, 'no value beside accounts, which have their own', options[name])
    }
  }
  // Whoever gives users of their own did not ask for one more way in.
  const one = { users: users ?? [defaultUser], clients: clients ?? (users === undefined ? [defaultClient] : []), seed }
  const all = accounts ?? [{ name: 'Acme Fire & Safety', ...one }]
  checkAccounts(all, (index) => (accounts === undefined ? '' : `accounts[${index}].`))
  return { ...settings, accounts: all }
}

function checkAccounts(accounts: readonly AccountSettings[], prefixOf: (index: number) => string): void {
  const names = new Set<string>()
  const usernames = new Set<string>()
  const clientIds = new Set<string>()
  for (const [index, { name, users, clients, seed }] of accounts.entries()) {
    const prefix = prefixOf(index)
    if (names.has(name)) throw new ConfigurationError(`${prefix}name`, 'a name of its own', name)
    names.add(name)
    for (const [at, { username }] of users.entries()) {
      if (usernames.has(username)) {
        throw new ConfigurationError(`${prefix}users[${at}].username`, 'a name of its own', username)
      }
      usernames.add(username)
    }
    checkClients({ users, clients }, prefix, clientIds)
    if (seed.jobs > 0 && seed.locations === 0) {
      throw new ConfigurationError(`${prefix}seed.locations`, 'at least 1 when there are jobs', 0)
    }
    if (seed.locations > 0 && seed.companies === 0) {
      throw new ConfigurationError(`${prefix}seed.companies`, 'at least 1 when there are locations', 0)
    }
  }
}

function withDefaults<S extends Parameters<typeof objectOf>[0]>(shape: S) {
  const read = objectOf(shape)
  return ((value, option) => read(value ?? {}, option)) as typeof read
}
