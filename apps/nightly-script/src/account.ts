import { SessionAuthenticator } from '@latchkey/servicetrade'
import { UsageError } from './usage-error.ts'

export interface Account {
  readonly username: string
  readonly password: string
  readonly baseUrl?: string
}

/**
 * The account that the environment names; `undefined` if it names none at all.
 *
 * @throws {UsageError} if it names only part of one, or a server that is none
 */
export function readAccount(env: NodeJS.ProcessEnv): Account | undefined {
  // What is set to nothing is not set: that is how a service's file says that a variable is left to it.
  const username = env['SERVICETRADE_USERNAME'] || undefined
  const password = env['SERVICETRADE_PASSWORD'] || undefined
  const baseUrl = env['SERVICETRADE_URL'] || undefined
  if (username === undefined && password === undefined && baseUrl === undefined) return undefined
  if (username === undefined) throw missing('SERVICETRADE_USERNAME', 'the name of a user who may log in')
  if (password === undefined) throw missing('SERVICETRADE_PASSWORD', 'the password of SERVICETRADE_USERNAME')
  if (baseUrl === undefined) return { username, password }
  checkServer(baseUrl)
  return { username, password, baseUrl }
}

const missing = (name: string, what: string): UsageError => new UsageError(name, what, 'nothing')

/** Runs the client's own check before anything else, to say which variable its complaint is about. */
function checkServer(baseUrl: string): void {
  try {
    void new SessionAuthenticator({ username: 'any', password: 'any', baseUrl })
  } catch (error) {
    const { code, takes, got } = error as { code?: unknown; takes?: string; got?: string }
    if (code !== 'CONFIGURATION') throw error
    throw new UsageError('SERVICETRADE_URL', takes ?? '', got ?? '')
  }
}
