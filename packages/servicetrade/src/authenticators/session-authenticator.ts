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
import { ask } from './ask.ts'
import type { Answer } from '../exchange.ts'
import { credentialOf } from './credential.ts'
import { isRecord, readEnvelope } from '../envelope.ts'
import { readLogin } from './login-answer.ts'
import { commonKinds, sessionKinds, serviceTradeDefaults } from '../options.ts'
import { subjectOf } from './subject.ts'

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
    const kinds = { ...sessionKinds, ...commonKinds }
    const read = readOptions('SessionAuthenticator', options, kinds)
    this.#username = requireOption('username', read.username, kinds.username)
    this.#password = requireOption('password', read.password, kinds.password)
    this.#userAgent = read.userAgent ?? serviceTradeDefaults.userAgent
    const { origin, host } = read.baseUrl ?? new URL(serviceTradeDefaults.baseUrl)
    this.origin = origin
    this.subject = subjectOf(host, this.#username)
    this.#fingerprint = fingerprint(this.subject, this.#username, this.#password)
  }

  get fingerprint(): string {
    return this.#fingerprint
  }

  async login(context: AuthenticatorContext): Promise<FreshGrant> {
    const credentials = { username: this.#username, password: this.#password }
    const answer = await this.#ask('POST', context, { json: credentials })
    return readLogin(answer, { subject: this.subject, password: this.#password })
  }

  async logout(grant: Grant, context: AuthenticatorContext): Promise<void> {
    const { status } = await this.#ask('DELETE', context, { headers: this.authorize(grant) })
    if (![204, 401, 404].includes(status)) throw new Error(`The logout was answered ${status}`)
  }

  async probe(grant: Grant, context: AuthenticatorContext): Promise<boolean> {
    const { status, text = '' } = await this.#ask('GET', context, { headers: this.authorize(grant) })
    if (status === 401 || status === 404) return false
    const data = status === 200 ? readEnvelope(text)?.data : undefined
    // A proxy's own page says nothing about the session.
    if (!isRecord(data)) throw new Error(`The probe was answered ${status}, which tells nothing`)
    return data['authenticated'] !== false
  }

  authorize(grant: Grant): Record<string, string> {
    return { cookie: credentialOf(grant, 'PHPSESSID=') }
  }

  /**
   * A dead session has two faces: 401 on resources, 404 on `/auth` itself. On `POST /auth` and
   * `/oauth2` they are about the credentials in the request, and nothing else is ever a reset.
   */
  isReset({ statusCode }: ResetResponse, { method, path }: ResetRequest): boolean {
    if (!isDead(statusCode)) return false
    const resource = path.split('?', 1)[0]!.replace(/\/+$/, '')
    if (resource === '/api/auth') return method === 'GET' || method === 'DELETE'
    return statusCode === 401 && !resource.startsWith('/api/oauth2/')
  }

  #ask(
    method: 'GET' | 'POST' | 'DELETE',
    context: AuthenticatorContext,
    given: { headers?: Record<string, string>; json?: unknown },
  ): Promise<Answer> {
    return ask({ method, origin: this.origin, path: '/api/auth', userAgent: this.#userAgent, ...given }, context)
  }
}

const isDead = (status: number): boolean => status === 401 || status === 404
