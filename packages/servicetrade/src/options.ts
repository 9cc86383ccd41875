import { kinds, type OptionKind, sessionDefaults, type SessionOptions, type SessionTuning } from '@latchkey/core'

import { type ExtraHeaders, headersKind } from './headers.ts'
import { type Pace, paceKind } from './paced-server-time.ts'

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

/** An OAuth2 client of one's own. */
export interface ClientCredentials {
  clientId: string
  clientSecret: string
  /** Used as long as it, or one that the server sent for it, is good; then the secret is. Default: none. */
  refreshToken?: string | undefined
  /** An access token to start with. Default: the first call asks for one. */
  token?: string | undefined
}

/** What an OAuth2 client was given for a user. Without a secret, the end of the last refresh token is the end of it. */
export interface RefreshTokenCredentials {
  clientId: string
  refreshToken: string
  /** An access token to start with. Default: the first call asks for one. */
  token?: string | undefined
}

/** An access token and nothing to replace it with: a 401 reaches the caller. */
export interface TokenCredentials {
  token: string
}

/** How to log in. Nothing else in the options changes with the kind of credentials. */
export type ServiceTradeCredentials =
  | SessionCredentials
  | ClientCredentials
  | RefreshTokenCredentials
  | TokenCredentials

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
  /** Sent with every request, in the place of the client's own of the same name. Default: none. */
  headers?: ExtraHeaders | undefined
  /** Slows calls down before the user's server time is spent: `{}` for the defaults. Default: calls are never slowed. */
  pace?: Pace | undefined
  /** Where the session is shared. Default: a memory store of this client's own. */
  store?: SessionOptions['store'] | undefined
  /** The undici dispatcher to go through. Default: undici's global dispatcher at the time of the request. */
  dispatcher?: SessionOptions['dispatcher']
}

export type ServiceTradeOptions = ServiceTradeCredentials & ServiceTradeSettings

export const sessionKinds = {
  username: kinds.text(),
  password: kinds.secret(),
}

const token = {
  takes: 'a string of printable ASCII characters that is not empty',
  isSecret: true,
  read: (value: unknown) => (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : undefined),
} satisfies OptionKind<string>

export const oauth2Kinds = {
  clientId: kinds.text(),
  clientSecret: kinds.secret(),
  refreshToken: kinds.secret(),
  token,
}

export const credentialKinds = { ...sessionKinds, ...oauth2Kinds }

export const apiPrefixKind: OptionKind<string> = {
  takes: "a path that starts with '/' and does not end with one, as in '/api'",
  read: (value) => (typeof value === 'string' && /^(\/[\w.~-]+)*$/.test(value) ? value : undefined),
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
  headers: headersKind,
  pace: paceKind,
  ...passedOn,
}
