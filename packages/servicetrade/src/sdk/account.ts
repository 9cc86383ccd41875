import type { TokenStore } from '@latchkey/core'
import type { OAuth2AuthenticatorOptions } from '../authenticators/oauth2-authenticator.ts'
import { WatchedSession } from '../drop-in/watched-session.ts'
import { SdkAuthenticator } from './sdk-authenticator.ts'
import type { Tokens } from './tokens.ts'

/** One OAuth2 client's login, and the session that it yields. */
export interface Account {
  readonly watched: WatchedSession
  readonly authenticator: SdkAuthenticator
}

export interface AccountParts {
  readonly store: TokenStore
  /** Sent with logins. */
  readonly headers: () => Readonly<Record<string, string>>
  readonly tokens: Tokens
}

/** `undefined` if the options hold nothing to log in with. */
export function openAccount(
  { clientId, ...options }: Omit<OAuth2AuthenticatorOptions, 'clientId'> & { readonly clientId: string | undefined },
  { store, headers, tokens }: AccountParts,
): Account | undefined {
  const { clientSecret, refreshToken } = options
  if (clientId === undefined || (clientSecret === undefined && refreshToken === undefined)) return undefined
  const authenticator = new SdkAuthenticator({ ...options, clientId }, tokens)
  const watched = new WatchedSession({
    authenticator,
    store,
    headers,
    onUse: (grant) => tokens.met(grant),
    loginPath: '/oauth2/token',
    refusedStatus: 401,
    // The newest, too, whenever it is asked for.
    get secrets() {
      return [clientSecret, refreshToken, tokens.refreshToken].filter((secret) => secret !== undefined)
    },
  })
  return { watched, authenticator }
}
