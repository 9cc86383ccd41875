import { type ClientCredentials, type SessionCredentials, TokenAuthenticator } from '@latchkey/servicetrade'
import { UsageError } from './usage-error.ts'

/** Who logs in, and where. What becomes of it does not depend on the kind of credentials. */
export type Account = (SessionCredentials | ClientCredentials) & { readonly baseUrl?: string }

/**
 * The account that the environment names; `undefined` if it names none at all.
 *
 * @throws {UsageError} if it names only part of one, two at once, or a server that is none
 */
export function readAccount(env: NodeJS.ProcessEnv): Account | undefined {
  // What is set to nothing is not set: that is how a service's file says that a variable is left to it.
  const read = (name: string): string | undefined => env[name] || undefined
  const baseUrl = read('SERVICETRADE_URL')
  const username = read('SERVICETRADE_USERNAME')
  const password = read('SERVICETRADE_PASSWORD')
  const clientId = read('SERVICETRADE_CLIENT_ID')
  const clientSecret = read('SERVICETRADE_CLIENT_SECRET')
  if ([baseUrl, username, password, clientId, clientSecret].every((value) => value === undefined)) return undefined
  if (baseUrl !== undefined) checkServer(baseUrl)
  const server = baseUrl === undefined ? {} : { baseUrl }
  if (clientId !== undefined || clientSecret !== undefined) {
    if (clientId === undefined) throw missing('SERVICETRADE_CLIENT_ID', 'the id of an OAuth2 client')
    if (clientSecret === undefined) throw missing('SERVICETRADE_CLIENT_SECRET', 'the secret of SERVICETRADE_CLIENT_ID')
    if (username !== undefined) throw tooMany('SERVICETRADE_USERNAME')
    if (password !== undefined) throw tooMany('SERVICETRADE_PASSWORD')
    return { clientId, clientSecret, ...server }
  }
  if (username === undefined) throw missing('SERVICETRADE_USERNAME', 'the name of a user who may log in')
  if (password === undefined) throw missing('SERVICETRADE_PASSWORD', 'the password of SERVICETRADE_USERNAME')
  return { username, password, ...server }
}

const missing = (name: string, what: string): UsageError => new UsageError(name, what, 'nothing')

const tooMany = (name: string): UsageError => new UsageError(name, 'nothing beside SERVICETRADE_CLIENT_ID', 'a value')

/** Runs the client's own check before anything else, to say which variable its complaint is about. */
function checkServer(baseUrl: string): void {
  try {
    void new TokenAuthenticator({ token: 'any', baseUrl })
  } catch (error) {
    const { code, takes, got } = error as { code?: unknown; takes?: string; got?: string }
    if (code !== 'CONFIGURATION') throw error
    throw new UsageError('SERVICETRADE_URL', takes ?? '', got ?? '')
  }
}
