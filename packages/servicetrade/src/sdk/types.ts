import type { TokenStore } from '@latchkey/core'

/** An answer's `data`. */
export type ServicetradeClientResponse = Record<string, any>

export type BearerToken = string

export type RefreshToken = string

export interface TokenSet {
  bearerToken: BearerToken
  refreshToken?: RefreshToken
}

export interface FileAttachment {
  /** A Buffer, a string, a Blob or a stream. */
  value: any
  /** `{ filename, contentType }` */
  options: any
}

/**
 * A `clientId` with a `clientSecret`, a `refreshToken` or both, or else a `token`. `null` and empty text count as left
 * out. What is no option here is not looked at.
 */
export interface ServicetradeClientOptions {
  /** The server, without `apiPrefix`. Default `'https://api.servicetrade.com'`. */
  baseUrl?: string | undefined
  /** Where the API is on the server. Default `'/api'`. */
  apiPrefix?: string | undefined
  /** Default `'latchkey'`. */
  userAgent?: string | undefined
  /**
   * Told of each token that this client comes to use, before the calls that waited for it resolve: of a login, its own or
   * that of another who shares the store. Not told of `token`.
   */
  onSetAuth?: ((token: BearerToken) => void | Promise<void>) | undefined
  /** Told of each `logout()`. */
  onUnsetAuth?: (() => void | Promise<void>) | undefined
  /** `false`: nothing but `login()` logs in, and a 401 is the caller's. Default `true`. */
  autoRefreshAuth?: boolean | undefined
  clientId?: string | undefined
  clientSecret?: string | undefined
  /** To start with. Used as long as it, or the newest that followed it, is good; then the secret is, if there is one. */
  refreshToken?: RefreshToken | undefined
  /** An access token to start with. Alone, it is used as it is, and its 401 is the caller's. */
  token?: BearerToken | undefined
  /** Where the session is shared. Default: a memory store of this client's own. */
  store?: TokenStore | undefined
}
