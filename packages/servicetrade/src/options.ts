import { kinds, type OptionKind, sessionDefaults, type SessionOptions, type SessionTuning } from '@latchkey/core'

/** What a client does where its options are silent. Times in ms. */
export const serviceTradeDefaults = {
  baseUrl: 'https://api.servicetrade.com',
  userAgent: 'latchkey',
  maxRetryAfter: 60_000,
} as const

/** A user's own login. */
export interface SessionCredentials {
  username: string
  password: string
}

/** How to log in. Other kinds of credentials join this union; nothing else in the options changes with them. */
export type ServiceTradeCredentials = SessionCredentials

export interface ServiceTradeSettings extends SessionTuning {
  /** The server, without `/api`. Default `'https://api.servicetrade.com'`. */
  baseUrl?: string | URL | undefined
  /** Sent on every request. Default `'latchkey'`. */
  userAgent?: string | undefined
  /**
   * How long one call waits in all, ms, when the server answers 429 with `Retry-After`, before it is sent
   * again; past that, a `ServiceTradeError`. 0: never wait. Default 60,000.
   */
  maxRetryAfter?: number | undefined
  /** Where the session is shared. Default: a memory store of this client's own. */
  store?: SessionOptions['store'] | undefined
  /** The undici dispatcher to go through. Default: undici's global dispatcher at the time of the request. */
  dispatcher?: SessionOptions['dispatcher']
}

export type ServiceTradeOptions = ServiceTradeCredentials & ServiceTradeSettings

export const credentialKinds = {
  username: kinds.text(),
  password: kinds.secret(),
}

export const commonKinds = {
  baseUrl: {
    takes: `an http or https URL of the server alone, as in ${serviceTradeDefaults.baseUrl}: no path, the client adds /api itself`,
    read: (value: unknown) => {
      const url = kinds.url().read(value)
      return url?.pathname === '/' ? url : undefined
    },
  } satisfies OptionKind<URL>,
  userAgent: {
    takes: 'a string of printable ASCII characters that is not empty',
    read: (value: unknown) => (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) ? value : undefined),
  } satisfies OptionKind<string>,
}

/** For what the session checks itself. */
const anything: OptionKind<unknown> = { takes: 'anything', read: (value) => value }

const passedOn = Object.fromEntries(
  ['store', 'dispatcher', ...Object.keys(sessionDefaults)].map((name) => [name, anything]),
) as Record<'store' | 'dispatcher' | keyof SessionTuning, OptionKind<unknown>>

export const optionKinds = {
  ...credentialKinds,
  ...commonKinds,
  maxRetryAfter: kinds.duration(),
  ...passedOn,
}
