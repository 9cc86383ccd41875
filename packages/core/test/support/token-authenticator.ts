import { type Authenticator, fingerprint, LoginRefusedError, LoginThrottledError } from '@latchkey/core'
import { type Dispatcher, request } from 'undici'
import type { ScriptedApi } from './scripted-api.ts'

export interface AuthenticatorOptions extends Partial<Authenticator> {
  readonly username?: string
  /** Default: the one that the server takes at the moment. */
  readonly password?: string
  /** Default `bearer`. */
  readonly carry?: 'bearer' | 'cookie'
}

/** Logs in at a scripted API. Whatever else is given replaces the method of that name. */
export function authenticatorFor(
  api: ScriptedApi,
  { username = api.username, password = api.password, carry = 'bearer', ...overrides }: AuthenticatorOptions = {},
): Authenticator {
  const { origin } = api
  const subject = `${new URL(origin).host}/${username}`
  const authorize = ({ token }: { token: string }): Record<string, string> =>
    carry === 'cookie' ? { cookie: `sid=${token}` } : { authorization: `Bearer ${token}` }
  const ask = (
    method: string,
    path: string,
    { dispatcher, signal, ...rest }: { dispatcher: Dispatcher; signal: AbortSignal } & Record<string, unknown>,
  ): Promise<Dispatcher.ResponseData> => request(`${origin}${path}`, { method, dispatcher, signal, ...rest })

  return {
    subject,
    origin,
    fingerprint: fingerprint(subject, password),
    async login({ dispatcher, signal }) {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ username, password })
      const response = await ask('POST', '/login', { dispatcher, signal, headers, body })
      if (response.statusCode === 200) return { token: ((await response.body.json()) as { token: string }).token }
      await response.body.dump()
      if (response.statusCode === 403) throw new LoginRefusedError('The server knows no such user and password')
      if (response.statusCode !== 429) throw new Error(`The server answered the login with ${response.statusCode}`)
      const retryAfter = response.headers['retry-after']
      throw new LoginThrottledError('The server throttles logins', {
        retryAfter: retryAfter === undefined ? undefined : Number(retryAfter) * 1_000,
      })
    },
    async logout(grant, { dispatcher, signal }) {
      const response = await ask('POST', '/logout', { dispatcher, signal, headers: authorize(grant) })
      await response.body.dump()
      if (response.statusCode !== 204 && response.statusCode !== 401)
        throw new Error(`The server answered the logout with ${response.statusCode}`)
    },
    async probe(grant, { dispatcher, signal }) {
      const response = await ask('GET', '/probe', { dispatcher, signal, headers: authorize(grant) })
      await response.body.dump()
      if (response.statusCode !== 204 && response.statusCode !== 401)
        throw new Error(`The server answered the probe with ${response.statusCode}`)
      return response.statusCode === 204
    },
    authorize,
    isReset: ({ statusCode }) => statusCode === 401,
    ...overrides,
  }
}
