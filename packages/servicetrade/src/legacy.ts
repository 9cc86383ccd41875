import type { TokenStore } from '@latchkey/core'
import { LegacyClient } from './legacy/client.ts'

/** All are optional, and what is none of them is not looked at. */
export interface ServicetradeOptions {
  /** The server, without `/api`. Default `'https://api.servicetrade.com'`. */
  baseUrl?: string | null | undefined
  /** Default: as given to `login()`. */
  username?: string | null | undefined
  password?: string | null | undefined
  /** A `Cookie` header to start with, `PHPSESSID=…` say: used until it is answered 401. Default: none. */
  cookie?: string | null | undefined
  /** Default `'latchkey'`. */
  userAgent?: string | null | undefined
  /** Told what each login of this process was answered, before the calls that waited for it resolve. */
  onSetCookie?: ((data: any) => unknown) | null | undefined
  /** Told of each reset, before the calls that met it resolve. */
  onResetCookie?: (() => unknown) | null | undefined
  /** Nothing but `login()` logs in, and a 401 is the caller's. Default `false`. */
  disableRefreshAuth?: boolean | null | undefined
  /** Where the session is shared. Default: a memory store of this client's own. */
  store?: TokenStore | null | undefined
}

export interface ServicetradeFile {
  /** A Buffer, a string, a Blob or a stream. */
  value: any
  options?: { filename?: string | undefined; contentType?: string | undefined } | undefined
}

/**
 * Calls resolve to the answer's `data`, or `null`. They reject with errors as axios makes them for any status but 2xx
 * and for a network that fails, refused logins included.
 */
export interface Servicetrade {
  /** Logs in, unless there is a session that lives. Credentials other than those in use replace them. */
  login<T = any>(username?: string, password?: string): Promise<T>
  /** Ends the session on the server and in the store, for everyone who shares it. */
  logout(): Promise<null>
  get<T = any>(path: string): Promise<T>
  put<T = any>(path: string, body?: unknown): Promise<T>
  post<T = any>(path: string, body?: unknown): Promise<T>
  delete<T = any>(path: string): Promise<T>
  attach<T = any>(params: object, file: ServicetradeFile): Promise<T>
  /** The `Cookie` header of what is sent from now on, until it is answered 401. */
  setCookie(cookie: string | null | undefined): void
  /** Sent from now on, until it is answered 401. */
  setBearerToken(token: string | null | undefined): void
  /** Sent with everything from now on. */
  setCustomHeader(key: string, value: string | null | undefined): void
  /** Lets go of what this process holds. Logs nobody out, and is not needed for the process to end. */
  close(): Promise<void>
}

/**
 * A client as `servicetrade-nodejs` makes it, with a session that heals, and that others can share.
 *
 * @throws {ConfigurationError} for an option with a bad value
 */
export default function servicetrade(options?: ServicetradeOptions): Servicetrade {
  const client = new LegacyClient(options)
  return {
    login: (username, password) => client.login(username, password),
    logout: () => client.logout(),
    get: (path) => client.send({ method: 'GET', path }),
    put: (path, body) => client.sendJson('PUT', path, body),
    post: (path, body) => client.sendJson('POST', path, body),
    delete: (path) => client.send({ method: 'DELETE', path }),
    attach: (params, file) => client.attach(params, file),
    setCookie: (cookie) => client.setCookie(cookie),
    setBearerToken: (token) => client.setBearerToken(token),
    setCustomHeader: (key, value) => client.setCustomHeader(key, value),
    close: () => client.close(),
  } as Servicetrade
}

// What CommonJS gets of require().
export { servicetrade as 'module.exports' }
