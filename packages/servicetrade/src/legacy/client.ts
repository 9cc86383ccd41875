import { ConfigurationError } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { SessionAuthenticator } from '../authenticators/session-authenticator.ts'
import { Announcer } from '../drop-in/announcer.ts'
import { Caller } from '../drop-in/caller.ts'
import { toContent } from '../drop-in/content.ts'
import { CustomHeaders } from '../drop-in/custom-headers.ts'
import { type HttpError, statusError } from '../drop-in/http-error.ts'
import { toUpload } from '../drop-in/uploads.ts'
import { serviceTradeDefaults } from '../options.ts'
import { Access, type Call } from './access.ts'
import { Account, type AccountParts } from './account.ts'
import { readHeader, readLegacyOptions } from './options.ts'

/** The SDK's client, with a session that is shared and heals. */
export class LegacyClient {
  readonly #credentials: { readonly username: string | undefined; readonly password: string | undefined }
  readonly #server: { readonly baseUrl: URL; readonly userAgent: string }
  readonly #parts: AccountParts
  readonly #announcer = new Announcer()
  readonly #customHeaders = new CustomHeaders()
  readonly #access: Access

  constructor(options: unknown) {
    const {
      username,
      password,
      cookie,
      baseUrl = new URL(serviceTradeDefaults.baseUrl),
      userAgent = serviceTradeDefaults.userAgent,
      disableRefreshAuth: isManual = false,
      onSetCookie,
      onResetCookie,
      store = new MemoryTokenStore(),
    } = readLegacyOptions(options)
    this.#credentials = { username, password }
    this.#server = { baseUrl, userAgent }
    const headers = (): Record<string, string> => this.#customHeaders.all()
    // Where a reset is the caller's, the SDK says nothing of it.
    const callbacks = { onSetCookie, onResetCookie: isManual ? undefined : onResetCookie }
    this.#parts = { store, announcer: this.#announcer, callbacks, headers }
    this.#access = new Access({
      caller: new Caller({ origin: baseUrl.origin, apiPrefix: '/api', userAgent, headers }),
      account: this.#accountOf(username, password),
      given: { cookie },
      isManual,
      onReset: () => {
        if (onResetCookie !== undefined) this.#announcer.tell(onResetCookie)
      },
    })
  }

  send(call: Call): Promise<unknown> {
    // The SDK makes `null` of all that is falsy.
    return this.#announcer.around(async () => (await this.#access.send(call)) || null)
  }

  async sendJson(method: 'PUT' | 'POST', path: unknown, body: unknown): Promise<unknown> {
    return this.send({ method, path, ...toContent(body) })
  }

  async attach(params: unknown, file: unknown): Promise<unknown> {
    const { release, ...upload } = toUpload(params, file)
    try {
      return await this.send({ method: 'POST', path: '/attachment', ...upload })
    } finally {
      release()
    }
  }

  login(username: unknown, password: unknown): Promise<unknown> {
    return this.#announcer.around(async () => {
      const { username: ownUsername, password: ownPassword } = this.#credentials
      const isOwn = !username && !password
      const account =
        (isOwn ? this.#access.account : undefined) ?? this.#accountOf(username || ownUsername, password || ownPassword)
      if (account === undefined) throw missingCredentials()
      return (await this.#access.logIn(account)) || null
    })
  }

  logout(): Promise<null> {
    return this.#announcer.around(async () => {
      await this.#access.logOut()
      return null
    })
  }

  setCookie(cookie: unknown): void {
    this.#access.giveCookie(readHeader('cookie', cookie))
  }

  setBearerToken(token: unknown): void {
    this.#access.giveBearer(readHeader('token', token))
  }

  setCustomHeader(key: unknown, value: unknown): void {
    this.#customHeaders.set(key, value)
  }

  async close(): Promise<void> {
    await this.#access.account?.watched.session.close()
  }

  /** `undefined` if there are no credentials. The one in use goes on if they are its own. */
  #accountOf(username: unknown, password: unknown): Account | undefined {
    if (!username || !password) return undefined
    const { baseUrl, userAgent } = this.#server
    const credentials = { username, password } as { username: string; password: string }
    const authenticator = new SessionAuthenticator({ ...credentials, baseUrl, userAgent })
    const present = this.#access?.account
    if (present?.fingerprint === authenticator.fingerprint) return present
    return new Account(authenticator, credentials.password, this.#parts)
  }
}

/** As the server answers it, which need not be asked. */
function missingCredentials(): HttpError {
  const cause = new ConfigurationError(
    'username',
    'a value, beside a password, or there is nothing to log in with',
    undefined,
  )
  const response = { status: 400, statusText: 'Bad Request', data: null, headers: {} }
  return statusError(response, { config: { method: 'POST', url: '/auth' }, cause })
}
