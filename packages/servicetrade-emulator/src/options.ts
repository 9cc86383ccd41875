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

/** An OAuth2 client. */
export interface EmulatorClient {
  readonly clientId: string
  readonly clientSecret: string
  /** The user of its account that it acts as. Default: the first. */
  readonly username?: string | undefined
}

/** How tokens are made. */
export interface OAuth2Options {
  /** How long an access token lives, ms. Default 86,400,000: a day, as measured. */
  readonly tokenLifetime?: number | undefined
  /** What an access token looks like: a JWT that tells its expiry, or nothing that tells anything. Default `'jwt'`. */
  readonly format?: 'jwt' | 'opaque' | undefined
  /** Whether a refresh token comes with each access token. Default `'always'`. */
  readonly refreshTokens?: 'always' | 'never' | undefined
  /** Whether `expires_in` is told. Default `true`. */
  readonly expiresIn?: boolean | undefined
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
  /** The least id of each kind. Ids of about 2.7×10^15 have been seen live. Default 1, or what earlier accounts left. */
  readonly firstId?: number | undefined
}

/** A company that uses the service, with data that no other account's users see. */
export interface AccountOptions {
  /** Its own, and its company's. No two accounts share one. */
  readonly name: string
  /** Who can log in to it. Usernames are unique over all accounts. */
  readonly users: readonly EmulatorUser[]
  /** Which OAuth2 clients can ask for tokens. Client ids are unique over all accounts. Default: none. */
  readonly clients?: readonly EmulatorClient[] | undefined
  readonly seed?: SeedOptions | undefined
}

export interface WebhookOptions {
  /** How long a receiver may take to answer, ms. Default 5,000, as the vendor documents. */
  readonly timeLimit?: number | undefined
  /** How long after a failed try the next one starts, ms. Default 1,000. */
  readonly retryDelay?: number | undefined
}

/** How `Retry-After` is written; `'none'` leaves the header out. */
export type RetryAfterFormat = 'seconds' | 'date' | 'none'

export interface LoginThrottleOptions {
  /** Login attempts per user, or per OAuth2 client, in a window; more are answered 429. */
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
  /** Which OAuth2 clients can ask for tokens. Default: {@link defaultClient} alone, or none if there are `users`. */
  readonly clients?: readonly EmulatorClient[] | undefined
  readonly seed?: SeedOptions | undefined
  /** More than one account, instead of `users`, `clients` and `seed`, which make one. */
  readonly accounts?: readonly AccountOptions[] | undefined
  /** How webhooks are delivered. */
  readonly webhooks?: WebhookOptions | undefined
  readonly oauth2?: OAuth2Options | undefined
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

/** Which client can ask for tokens when neither clients nor users are given. */
export const defaultClient: Readonly<Record<'clientId' | 'clientSecret', string>> = Object.freeze({
  clientId: 'integration-client',
  clientSecret: 'emulator-secret',
})
