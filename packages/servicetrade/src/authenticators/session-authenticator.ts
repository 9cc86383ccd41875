import {
  type Authenticator,
  type AuthenticatorContext,
  type FreshGrant,
  fingerprint,
  type Grant,
  readOptions,
  requireOption,
  type ResetRequest,
  type ResetResponse,
} from '@latchkey/core'
import { request } from 'undici'
import { isRecord, readEnvelope } from '../envelope.ts'
import { type LoginAnswer, readLogin } from './login-answer.ts'
import { commonKinds, credentialKinds, serviceTradeDefaults } from '../options.ts'
import { readText } from '../read-text.ts'

export interface SessionAuthenticatorOptions {
  username: string
  password: string
  /** The server, without `/api`. Default `'https://api.servicetrade.com'`. */
  baseUrl?: string | URL | undefined
  /** Sent with logins, logouts and probes. Default `'latchkey'`. */
  userAgent?: string | undefined
}

/** Logs in with a username and password: `POST /auth` yields a token that rides on requests as a cookie. */
export class SessionAuthenticator implements Authenticator {
  readonly subject: string
  readonly origin: string
  readonly #username: string
  readonly #password: string
  readonly #fingerprint: string
  readonly #userAgent: string

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: SessionAuthenticatorOptions) {
    const kinds = { ...credentialKinds, ...commonKinds }
    const read = readOptions('SessionAuthenticator', options, kinds)
    this.#username = requireOption('username', read.username, kinds.username)
    this.#password = requireOption('password', read.password, kinds.password)
    this.#userAgent = read.userAgent ?? serviceTradeDefaults.userAgent
    const { origin, host } = read.baseUrl ?? new URL(serviceTradeDefaults.baseUrl)
    this.origin = origin
    this.subject = `${host}/${encodeURIComponent(this.#username.toWellFormed()).replaceAll('%40', '@')}`
    this.#fingerprint = fingerprint(this.subject, this.#username, this.#password)
  }

  get fingerprint(): string {
    return this.#fingerprint
  }

  async login(context: AuthenticatorContext): Promise<FreshGrant> {
    const password = this.#password
    const body = JSON.stringify({ username: this.#username, password })
    return readLogin(await this.#call('POST', context, { body }), { subject: this.subject, password })
  }

  async logout(grant: Grant, context: AuthenticatorContext): Promise<void> {
    const { status } = await this.#call('DELETE', context, { grant })
    if (![204, 401, 404].includes(status)) throw new Error(`The logout was answered ${status}`)
  }

  async probe(grant: Grant, context: AuthenticatorContext): Promise<boolean> {
    const { status, text = '' } = await this.#call('GET', context, { grant })
    if (status === 401 || status === 404) return false
    const data = status === 200 ? readEnvelope(text)?.data : undefined
    // A proxy's own page says nothing about the session.
    if (!isRecord(data)) throw new Error(`The probe was answered ${status}, which tells nothing`)
    return data['authenticated'] !== false
  }

  authorize(grant: Grant): Record<string, string> {
    return { cookie: `PHPSESSID=${grant.token}` }
  }

  /**
   * A dead session has two faces: 401 on resources, 404 on `/auth` itself. On `POST /auth` and
   * `/oauth2` they are about the credentials in the request, and nothing else is ever a reset.
   */
  isReset({ statusCode }: ResetResponse, { method, path }: ResetRequest): boolean {
    const resource = path.split('?', 1)[0]!.replace(/\/+$/, '')
    if (resource === '/api/auth') return method === 'GET' || method === 'DELETE' ? isDead(statusCode) : false
    return statusCode === 401 && !resource.startsWith('/api/oauth2/')
  }

  async #call(
    method: 'GET' | 'POST' | 'DELETE',
    { dispatcher, signal }: AuthenticatorContext,
    { grant, body }: { grant?: Grant; body?: string },
  ): Promise<LoginAnswer> {
    const answer = await request(`${this.origin}/api/auth`, {
      method,
      dispatcher,
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': this.#userAgent,
        ...(grant !== undefined && this.authorize(grant)),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body ?? null,
    })
    return { status: answer.statusCode, headers: answer.headers, text: await readText(answer.body) }
  }
}

const isDead = (status: number): boolean => status === 401 || status === 404
