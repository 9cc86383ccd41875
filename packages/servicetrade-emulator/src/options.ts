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
  text,
  wholeNumber,
} from './configuration.ts'

/** A user that can log in. */
export interface EmulatorUser {
  readonly username: string
  readonly password: string
  /** Default `'Ingrid'`. */
  readonly firstName?: string | undefined
  /** Default `'Integration'`. */
  readonly lastName?: string | undefined
  /** Default: made from the username. */
  readonly email?: string | undefined
  /** Default `false`. */
  readonly isTech?: boolean | undefined
  /** Default `false`. */
  readonly isHelper?: boolean | undefined
  /** An `'inactive'` user is refused at login. Default `'active'`. */
  readonly status?: 'active' | 'inactive' | undefined
}

/** How many of each to start with. */
export interface SeedOptions {
  /** Default 40. */
  readonly jobs?: number | undefined
  /** Default 12. */
  readonly locations?: number | undefined
  /** Customers, beside the users' own company. Default 5. */
  readonly companies?: number | undefined
  /** Default 8. */
  readonly contacts?: number | undefined
  /** Technicians, who cannot log in. Default 4. */
  readonly technicians?: number | undefined
  /** Default 4. */
  readonly tags?: number | undefined
  /** Default 6. */
  readonly comments?: number | undefined
  /** The first id of each kind. Ids of about 2.7×10^15 have been seen live. Default 1. */
  readonly firstId?: number | undefined
}

/** How `Retry-After` is written; `'none'` leaves the header out. */
export type RetryAfterFormat = 'seconds' | 'date' | 'none'

export interface LoginThrottleOptions {
  /** Login attempts per user in a window; more are answered 429. */
  readonly limit: number
  /** ms. */
  readonly window: number
  /** Default `'seconds'`. */
  readonly retryAfterFormat?: RetryAfterFormat | undefined
  /** After this many throttled attempts in a row the user is denied: 403, as if the password were wrong. Default: never. */
  readonly denyAfter?: number | undefined
  /** How long a denial lasts, ms. Default 60,000. */
  readonly denyFor?: number | undefined
}

export interface ServerTimeBudgetOptions {
  /** Server time that a user has at most, ms. Default 30,000, as the vendor documents. */
  readonly limit?: number | undefined
  /** Server time that comes back per minute, ms. Default 15,000, as the vendor documents. */
  readonly refill?: number | undefined
  /** What a request is charged, ms. Default 50. */
  readonly cost?: number | undefined
  /** Default `'seconds'`. */
  readonly retryAfterFormat?: RetryAfterFormat | undefined
}

export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined
  /** Default `'127.0.0.1'`. */
  readonly host?: string | undefined
  /** Who can log in. Default: {@link defaultUser} alone. */
  readonly users?: readonly EmulatorUser[] | undefined
  readonly seed?: SeedOptions | undefined
  /** How many of a user's sessions a pruning leaves. Default 100, as the vendor documents. */
  readonly softCap?: number | undefined
  /** How many sessions a user can have before the oldest are pruned. Default 200, as the vendor documents. */
  readonly hardCap?: number | undefined
  /** How long a session lives after its login, ms. Default: until it is ended. */
  readonly sessionLifetime?: number | undefined
  /** How long a session lives after its last request, ms. Default: until it is ended. */
  readonly sessionIdleTime?: number | undefined
  /** Default: logins are not throttled. */
  readonly loginThrottle?: LoginThrottleOptions | undefined
  /** Default: `meta.stats` tells a balance that never falls. */
  readonly serverTimeBudget?: ServerTimeBudgetOptions | undefined
  /** First value of `faults.latency`, ms. Default 0. */
  readonly latency?: number | undefined
  /** First value of `faults.loginLatency`, ms. Default 0. */
  readonly loginLatency?: number | undefined
  /** The time, epoch ms: for lifetimes, windows, budgets and time stamps. Default `Date.now`, read at every use. */
  readonly clock?: (() => number) | undefined
}

/** Who can log in when no users are given. */
export const defaultUser: Readonly<Record<'username' | 'password', string>> = Object.freeze({
  username: 'integration',
  password: 'emulator-password',
})

const many = 100_000
const retryAfterFormat = otherwise<RetryAfterFormat>('seconds', oneOf('seconds', 'date', 'none'))

const readSettings = objectOf({
  port: otherwise(0, wholeNumber(0, 65_535)),
  host: otherwise('127.0.0.1', text),
  users: otherwise<EmulatorUser[]>(
    [defaultUser],
    listOf(
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
    ),
  ),
  seed: withDefaults({
    jobs: otherwise(40, wholeNumber(0, many)),
    locations: otherwise(12, wholeNumber(0, many)),
    companies: otherwise(5, wholeNumber(0, many)),
    contacts: otherwise(8, wholeNumber(0, many)),
    technicians: otherwise(4, wholeNumber(0, many)),
    tags: otherwise(4, wholeNumber(0, many)),
    comments: otherwise(6, wholeNumber(0, many)),
    firstId: otherwise(1, wholeNumber(1, 2 ** 52)),
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

export type Settings = ReturnType<typeof readSettings>
export type SeedSettings = Settings['seed']
export type ThrottleSettings = NonNullable<Settings['loginThrottle']>
export type BudgetSettings = NonNullable<Settings['serverTimeBudget']>

/** @throws {ConfigurationError} for an unknown option, or a value that its option does not take */
export function readOptions(options: EmulatorOptions): Settings {
  const settings = readSettings(options, 'startEmulator options')
  if (settings.hardCap < settings.softCap) {
    throw new ConfigurationError('hardCap', `a whole number from softCap, ${settings.softCap}`, settings.hardCap)
  }
  const names = settings.users.map((user) => user.username)
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) throw new ConfigurationError(`users[${index}].username`, 'a name of its own', name)
  })
  const seed = settings.seed
  if (seed.jobs > 0 && seed.locations === 0)
    throw new ConfigurationError('seed.locations', 'at least 1 when there are jobs', 0)
  if (seed.locations > 0 && seed.companies === 0) {
    throw new ConfigurationError('seed.companies', 'at least 1 when there are locations', 0)
  }
  return settings
}

function withDefaults<S extends Parameters<typeof objectOf>[0]>(shape: S) {
  const read = objectOf(shape)
  return ((value, option) => read(value ?? {}, option)) as typeof read
}
