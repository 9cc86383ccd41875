import {
  type Authenticator,
  type FreshGrant,
  fingerprint,
  type Grant,
  readOptions,
  requireOption,
  type ResetRequest,
  type ResetResponse,
} from '@latchkey/core'
import { Bearer } from './bearer.ts'
import { apiPrefixKind, commonKinds, oauth2Kinds, serviceTradeDefaults } from '../options.ts'
import { subjectOf } from './subject.ts'

export interface TokenAuthenticatorOptions {
  /** An access token from elsewhere. */
  token: string
  /** The server, without `/api`. Default `'https://api.servicetrade.com'`. */
  baseUrl?: string | URL | undefined
  /** Where the API is on the server. Default `'/api'`. */
  apiPrefix?: string | undefined
  /** Default `'latchkey'`. */
  userAgent?: string | undefined
}

/**
 * A bearer token that nothing can replace: it is used as it is, even past the expiry that it tells, and the server's
 * 401 reaches the caller.
 */
export class TokenAuthenticator implements Authenticator {
  readonly subject: string
  readonly origin: string
  readonly renewable = false
  readonly #token: string
  readonly #fingerprint: string
  readonly #bearer: Bearer

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: TokenAuthenticatorOptions) {
    const kinds = { token: oauth2Kinds.token, ...commonKinds, apiPrefix: apiPrefixKind }
    const read = readOptions('TokenAuthenticator', options, kinds)
    this.#token = requireOption('token', read.token, kinds.token)
    const { origin, host } = read.baseUrl ?? new URL(serviceTradeDefaults.baseUrl)
    this.origin = origin
    this.subject = subjectOf(host, 'bearer')
    this.#fingerprint = fingerprint(this.subject, 'bearer', this.#token)
    const { userAgent = serviceTradeDefaults.userAgent, apiPrefix = '/api' } = read
    this.#bearer = new Bearer({ origin, apiPrefix, userAgent })
  }

  get fingerprint(): string {
    return this.#fingerprint
  }

  /** Asks nobody. No expiry is told: nothing could be done about it, and the server knows best. */
  login(): Promise<FreshGrant> {
    return Promise.resolve({ token: this.#token })
  }

  authorize(grant: Grant): Record<string, string> {
    return this.#bearer.authorize(grant)
  }

  isReset({ statusCode }: ResetResponse, request: ResetRequest): boolean {
    return this.#bearer.isReset(statusCode, request)
  }
}
