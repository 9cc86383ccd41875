import { type Authenticator, type AuthenticatorContext, fingerprint, type Grant } from '@latchkey/core'
import { LoginFailedError, LoginRefusedError, LoginThrottledError } from '@latchkey/core'
import { request } from 'undici'

const sessions = '/redfish/v1/SessionService/Sessions'

/** Logs in to a Redfish controller. A session is a resource of its own: it is asked after and ended at its address. */
export function redfishAuthenticator(origin: string, username: string, password: string): Authenticator {
  const subject = `${new URL(origin).host}/${encodeURIComponent(username)}`

  /** Whether the session is still there. */
  async function ask(method: 'GET' | 'DELETE', grant: Grant, context: AuthenticatorContext): Promise<boolean> {
    const { path, token } = partsOf(grant)
    const options = { method, headers: { 'x-auth-token': token }, ...context }
    const { statusCode, body } = await request(`${origin}${path}`, options)
    await body.dump()
    if (statusCode >= 200 && statusCode < 300) return true
    if (statusCode === 401 || statusCode === 404) return false
    throw new Error(`${method} of the session was answered ${statusCode}, which tells nothing of it`)
  }

  return {
    subject,
    origin,
    fingerprint: fingerprint(subject, password),
    async login({ dispatcher, signal }) {
      const content = { 'content-type': 'application/json' }
      const body = JSON.stringify({ UserName: username, Password: password })
      const options = { method: 'POST', headers: content, body, dispatcher, signal } as const
      const { statusCode, headers, body: answer } = await request(`${origin}${sessions}`, options)
      await answer.dump()
      const answered = `The login was answered ${statusCode}`
      if (statusCode === 401) throw new LoginRefusedError(answered, { subject })
      // Another's session has to end first: the controller has only so many.
      if (statusCode === 503 || statusCode === 429) {
        const ms = Number(headers['retry-after']) * 1_000
        throw new LoginThrottledError(answered, { subject, retryAfter: ms > 0 ? ms : undefined })
      }
      const { location, 'x-auth-token': token } = headers
      if (statusCode !== 201 || typeof location !== 'string' || typeof token !== 'string') {
        throw new LoginFailedError(`${answered}, with no session`, { subject })
      }
      // A grant's token is for its authenticator alone to read. With the address in it, whoever has the grant can log out.
      return { token: `${new URL(location, origin).pathname} ${token}` }
    },
    logout: async (grant, context) => void (await ask('DELETE', grant, context)),
    probe: (grant, context) => ask('GET', grant, context),
    authorize: (grant) => ({ 'x-auth-token': partsOf(grant).token }),
    // On a login that the caller makes for itself it is about the credentials in that.
    isReset: ({ statusCode }, { method, path }) => statusCode === 401 && !(method === 'POST' && path === sessions),
  }
}

function partsOf({ token }: Grant): { path: string; token: string } {
  const end = token.indexOf(' ')
  return { path: token.slice(0, end), token: token.slice(end + 1) }
}
