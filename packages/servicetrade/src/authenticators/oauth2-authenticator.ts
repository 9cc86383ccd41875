import {
  type Authenticator,
  type AuthenticatorContext,
  ConfigurationError,
  type FreshGrant,
  fingerprint,
  type Grant,
  type LoginContext,
  type LogoutContext,
  LoginRefusedError,
  readOptions,
  requireOption,
  type ResetRequest,
  type ResetResponse,
} from '@latchkey/core'
import { ask } from './ask.ts'
import type { Answer } from '../exchange.ts'
import { Bearer } from './bearer.ts'
import { jwtTimes } from './jwt.ts'
import { apiPrefixKind, commonKinds, oauth2Kinds, serviceTradeDefaults } from '../options.ts'
import { subjectOf } from './subject.ts'
import { readToken, refusalOf } from './token-answer.ts'

/** A token to start with that ends sooner than this is not worth starting with, ms. */
const leastLife = 5 * 60_000

export interface OAuth2AuthenticatorOptions {
  clientId: string
  /** Either this or `refreshToken`, or both: then the refresh token is used as long as there is one. */
  clientSecret?: string | undefined
  /** A refresh token from elsewhere, to start with. The server ends it when it is used, and the session has the next. */
  refreshToken?: string | undefined
  /** An access token from elsewhere, to start with. A JWT that ends within five minutes is left alone. */
  token?: string | undefined
  /** The server, without `/api`. Default `'https://api.servicetrade.com'`. */
  baseUrl?: string | URL | undefined
  /** Where the API is on the server. Default `'/api'`. */
  apiPrefix?: string | undefined
  /** Sent with logins, logouts and probes. Default `'latchkey'`. */
  userAgent?: string | undefined
}

/**
 * Logs in as an OAuth2 client: `POST /oauth2/token` yields a bearer token. A refresh token that comes with it is used
 * for the next login, once. When the server refuses it, because the newest was lost, say, the client's secret is.
 */
export class OAuth2Authenticator implements Authenticator {
  readonly subject: string
  readonly origin: string
  readonly revocable: boolean
  readonly #clientId: string
  readonly #clientSecret: string | undefined
  readonly #fingerprint: string
  readonly #userAgent: string
  readonly #endpoint: string
  readonly #bearer: Bearer
  /** The configured one, until it is spent. */
  #refreshToken: string | undefined
  #first: string | undefined

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: OAuth2AuthenticatorOptions) {
    const kinds = { ...oauth2Kinds, ...commonKinds, apiPrefix: apiPrefixKind }
    const read = readOptions('OAuth2Authenticator', options, kinds)
    this.#clientId = requireOption('clientId', read.clientId, kinds.clientId)
    this.#clientSecret = read.clientSecret
    this.#refreshToken = read.refreshToken
    this.revocable = read.clientSecret !== undefined
    if (read.clientSecret === undefined && read.refreshToken === undefined) {
      throw new ConfigurationError(
        'clientSecret',
        'the secret of the client, unless there is a refreshToken',
        undefined,
      )
    }
    this.#userAgent = read.userAgent ?? serviceTradeDefaults.userAgent
    this.#first = read.token
    const { origin, host } = read.baseUrl ?? new URL(serviceTradeDefaults.baseUrl)
    const apiPrefix = read.apiPrefix ?? '/api'
    this.origin = origin
    this.#endpoint = `${apiPrefix}/oauth2`
    this.#bearer = new Bearer({ origin, apiPrefix, userAgent: this.#userAgent })
    this.subject = subjectOf(host, this.#clientId)
    // With a refresh token it is that which says whose session this is: the secret may change, or come later.
    const [kind, proof] =
      read.refreshToken === undefined ? ['secret', read.clientSecret] : ['refresh', read.refreshToken]
    this.#fingerprint = fingerprint(this.subject, 'oauth2', this.#clientId, kind, proof ?? '')
  }

  get fingerprint(): string {
    return this.#fingerprint
  }

  async login({ previous, ...context }: LoginContext): Promise<FreshGrant> {
    const first = previous === undefined ? this.#takeFirst() : undefined
    if (first !== undefined) return first
    const refreshToken = previous === undefined ? this.#refreshToken : previous.refreshToken
    const clientSecret = this.#clientSecret
    if (refreshToken !== undefined) {
      const answer = await this.#ask('token', { grant_type: 'refresh_token', refresh_token: refreshToken }, context)
      const isLost = refusalOf(answer) === 'invalid_grant'
      if (!isLost || clientSecret === undefined) return this.#continue(answer, refreshToken)
      this.#forget(refreshToken)
    }
    if (clientSecret === undefined) {
      throw new LoginRefusedError('There is no refresh token left, and no client secret', { subject: this.subject })
    }
    const credentials = { grant_type: 'client_credentials', client_secret: clientSecret }
    return this.#read(await this.#ask('token', credentials, context), [clientSecret])
  }

  /**
   * Revokes the refresh token, which takes the client's secret. Without either there is nothing that the server could
   * be told: the access token lives on until it expires. So does a grant that came too late to count: to revoke its
   * refresh token may end all that came of the same, the grant in use among them.
   */
  async logout({ refreshToken }: Grant, { reason, ...context }: LogoutContext): Promise<void> {
    const clientSecret = this.#clientSecret
    if (refreshToken === undefined || clientSecret === undefined || reason === 'unpublished') return
    const revoked = { refresh_token: refreshToken, client_secret: clientSecret }
    const { status } = await this.#ask('revoke', revoked, context)
    // One that is dead already may be answered so.
    if (![200, 204, 400, 401, 404].includes(status)) throw new Error(`The revocation was answered ${status}`)
    this.#forget(refreshToken)
  }

  probe(grant: Grant, context: AuthenticatorContext): Promise<boolean> {
    return this.#bearer.probe(grant, context)
  }

  authorize(grant: Grant): Record<string, string> {
    return this.#bearer.authorize(grant)
  }

  /** A 401, but not from the token endpoint, where it is about the credentials in the request. */
  isReset({ statusCode }: ResetResponse, request: ResetRequest): boolean {
    return this.#bearer.isReset(statusCode, request)
  }

  /** Once: what this client has logged out must not come back. */
  #takeFirst(): FreshGrant | undefined {
    const token = this.#first
    this.#first = undefined
    if (token === undefined) return undefined
    const expiresAt = jwtTimes(token)?.expiresAt
    if (expiresAt !== undefined && expiresAt - Date.now() < leastLife) return undefined
    return { token, expiresAt, refreshToken: this.#refreshToken }
  }

  #continue(answer: Answer, refreshToken: string): FreshGrant {
    const fresh = this.#read(answer, [refreshToken])
    if (fresh.refreshToken === undefined) return { ...fresh, refreshToken } // A server that sends none means the old one.
    this.#forget(refreshToken)
    return fresh
  }

  /** The configured one is not used again once it is spent. */
  #forget(refreshToken: string): void {
    if (refreshToken === this.#refreshToken) this.#refreshToken = undefined
  }

  #ask(what: 'token' | 'revoke', body: object, context: AuthenticatorContext): Promise<Answer> {
    const json = { ...body, client_id: this.#clientId }
    const path = `${this.#endpoint}/${what}`
    return ask({ method: 'POST', origin: this.origin, path, userAgent: this.#userAgent, json }, context)
  }

  #read(answer: Answer, secrets: readonly string[]): FreshGrant {
    return readToken(answer, { subject: this.subject, secrets })
  }
}
