import { MemoryTokenStore } from '@latchkey/store-memory'
import { Announcer } from '../drop-in/announcer.ts'
import { Caller, type DropInCall } from '../drop-in/caller.ts'
import { toContent } from '../drop-in/content.ts'
import { CustomHeaders } from '../drop-in/custom-headers.ts'
import { toUpload } from '../drop-in/uploads.ts'
import { isRecord } from '../envelope.ts'
import { serviceTradeDefaults } from '../options.ts'
import { toQuery } from '../query.ts'
import { Access } from './access.ts'
import { openAccount } from './account.ts'
import { readSdkOptions } from './options.ts'
import { Paginator } from './paginator.ts'
import { Tokens } from './tokens.ts'
import type { FileAttachment, RefreshToken, ServicetradeClientOptions, ServicetradeClientResponse } from './types.ts'

/**
 * A client as `@servicetrade/sdk` has it, with a session that heals, and that others can share. Calls resolve to the
 * answer's `data`, or `null`. They reject with errors as axios makes them for any status but 2xx and for a network that
 * fails, refused logins included.
 */
export class ServicetradeClient {
  readonly #announcer = new Announcer()
  readonly #headers = new CustomHeaders()
  readonly #tokens: Tokens
  readonly #access: Access
  readonly #onUnsetAuth: (() => unknown) | undefined

  /**
   * @throws {Error} if there is nothing to authenticate with
   * @throws {ConfigurationError} for an option with a bad value
   */
  constructor(options: ServicetradeClientOptions) {
    const {
      baseUrl = new URL(serviceTradeDefaults.baseUrl),
      apiPrefix = '/api',
      userAgent = serviceTradeDefaults.userAgent,
      autoRefreshAuth = true,
      store = new MemoryTokenStore(),
      onSetAuth,
      onUnsetAuth,
      token,
      ...credentials
    } = readSdkOptions(options)
    this.#onUnsetAuth = onUnsetAuth
    this.#tokens = new Tokens({ announcer: this.#announcer, onSetAuth, token, refreshToken: credentials.refreshToken })
    const headers = (): Record<string, string> => this.#headers.all()
    const server = { baseUrl, apiPrefix, userAgent }
    // Where nothing logs in by itself, the token is no business of the session.
    const first = autoRefreshAuth ? token : undefined
    const account = openAccount({ ...server, ...credentials, token: first }, { store, headers, tokens: this.#tokens })
    if (account === undefined && token === undefined) {
      throw new Error('No valid credentials provided. Required: clientId/clientSecret or clientId/refreshToken')
    }
    this.#access = new Access({
      caller: new Caller({ origin: baseUrl.origin, apiPrefix, userAgent, headers }),
      tokens: this.#tokens,
      account,
      token,
      isManual: !autoRefreshAuth,
    })
  }

  /** @param params query values: arrays go as comma lists, booleans as 1 and 0; `undefined` and `null` are left out */
  async get(path: string, params?: Record<string, any>): Promise<ServicetradeClientResponse> {
    return this.#send({ method: 'GET', path, query: queryOf(params) })
  }

  /** The items of all pages. @param itemsKey what they are under in each answer, `'jobs'` say */
  getAll(path: string, itemsKey: string, params?: Record<string, any>): Promise<Record<string, any>[]> {
    return new Paginator(this, path, itemsKey, { params }).toArray()
  }

  async post(path: string, body?: unknown): Promise<ServicetradeClientResponse> {
    return this.#send({ method: 'POST', path, ...toContent(body) })
  }

  async put(path: string, body?: unknown): Promise<ServicetradeClientResponse> {
    return this.#send({ method: 'PUT', path, ...toContent(body) })
  }

  async delete(path: string): Promise<ServicetradeClientResponse> {
    return this.#send({ method: 'DELETE', path })
  }

  async attach(params: Record<string, any>, file: FileAttachment): Promise<ServicetradeClientResponse> {
    const { headers, body, release } = toUpload(params, file)
    try {
      return await this.#send({ method: 'POST', path: '/attachment', headers, body })
    } finally {
      release()
    }
  }

  /** Sent with everything from now on, replays included; `null` takes it away. A token wins over `Authorization`. */
  setCustomHeader(key: string, value: string | null | undefined): void {
    this.#headers.set(key, value)
  }

  /** The newest that this client has seen; `undefined` if there is none, or it was revoked by `logout()`. */
  getRefreshToken(): RefreshToken | undefined {
    return this.#tokens.refreshToken
  }

  /**
   * Gets a new token, though the present one may still serve. Concurrent calls share one login.
   *
   * @throws {Error} if there are no credentials but a token
   */
  login(): Promise<void> {
    return this.#announcer.around(() => this.#access.logIn())
  }

  /**
   * Ends the session in the store, for everyone who shares it. Revokes the refresh token if there is a client secret, and
   * ignores what the server says to it.
   */
  logout(): Promise<void> {
    return this.#announcer.around(async () => {
      await this.#access.logOut()
      if (this.#onUnsetAuth !== undefined) this.#announcer.tell(this.#onUnsetAuth)
    })
  }

  /** Lets go of what this process holds. Logs nobody out, and is not needed for the process to end. */
  close(): Promise<void> {
    return this.#access.close()
  }

  #send(call: DropInCall): Promise<ServicetradeClientResponse> {
    return this.#announcer.around(() => this.#access.send(call)) as Promise<ServicetradeClientResponse>
  }
}

function queryOf(params: unknown): URLSearchParams {
  const given = isRecord(params) && !(Symbol.iterator in params) ? withoutNull(params) : (params ?? {})
  return toQuery('', given as Parameters<typeof toQuery>[1])
}

function withoutNull(params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null))
}
