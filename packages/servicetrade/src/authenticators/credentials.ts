import { type Authenticator, ConfigurationError } from '@latchkey/core'
import type { commonKinds, credentialKinds } from '../options.ts'
import { OAuth2Authenticator, type OAuth2AuthenticatorOptions } from './oauth2-authenticator.ts'
import { SessionAuthenticator, type SessionAuthenticatorOptions } from './session-authenticator.ts'
import { TokenAuthenticator } from './token-authenticator.ts'

type Credentials = { readonly [N in keyof typeof credentialKinds]: string | undefined }
type Server = { readonly [N in keyof typeof commonKinds]?: string | URL | undefined }

/**
 * The authenticator for what credentials there are: the one place that tells their kinds apart. Each finds out for
 * itself what is missing.
 *
 * @throws {ConfigurationError} for credentials of two kinds, or of none
 */
export function createAuthenticator(given: Credentials, server: Server & { userAgent?: string }): Authenticator {
  const { username, password, clientId, clientSecret, refreshToken, token } = given
  const isSession = username !== undefined || password !== undefined
  const isClient = clientId !== undefined || clientSecret !== undefined || refreshToken !== undefined
  if (isSession && (isClient || token !== undefined)) {
    const name = username === undefined ? 'password' : 'username'
    const takes = `no value beside ${isClient ? 'those of an OAuth2 client' : 'a token'}: one kind of credentials`
    throw new ConfigurationError(name, takes, username ?? '', { isSecret: username === undefined })
  }
  if (isClient) {
    return new OAuth2Authenticator({
      clientId,
      clientSecret,
      refreshToken,
      token,
      ...server,
    } as OAuth2AuthenticatorOptions)
  }
  if (token !== undefined) return new TokenAuthenticator({ token, ...server })
  if (!isSession) {
    const takes = 'username and password, clientId and clientSecret, clientId and refreshToken, or token'
    throw new ConfigurationError('credentials', takes, undefined)
  }
  return new SessionAuthenticator({ username, password, ...server } as SessionAuthenticatorOptions)
}
