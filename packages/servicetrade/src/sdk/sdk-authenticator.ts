import { defaultDispatcher, type FreshGrant, Grant, type LoginContext, type LogoutContext } from '@latchkey/core'
import { OAuth2Authenticator, type OAuth2AuthenticatorOptions } from '../authenticators/oauth2-authenticator.ts'
import type { Tokens } from './tokens.ts'

/** How long the server may take to revoke a refresh token that no session knows of, ms. */
const patience = 30_000

/**
 * Goes on from the newest refresh token that the client has seen where the session has none: after a logout, which takes
 * it from the store, but revokes it only if there is a secret.
 */
export class SdkAuthenticator extends OAuth2Authenticator {
  readonly #tokens: Tokens
  readonly #givenRefreshToken: string | undefined
  readonly #canRevoke: boolean
  #isLoggedOut = false

  constructor(options: OAuth2AuthenticatorOptions, tokens: Tokens) {
    super(options)
    this.#tokens = tokens
    this.#givenRefreshToken = options.refreshToken
    this.#canRevoke = options.clientSecret !== undefined
  }

  override async login(context: LoginContext): Promise<FreshGrant> {
    const previous = context.previous ?? this.#standIn()
    const fresh = await super.login(previous === undefined ? context : { ...context, previous })
    // Before it is used, which may never be: the refresh token before it is spent by now, and the new one is to be kept.
    // Not at once, though: what a callback sends must not count as a part of this login.
    if (!context.signal.aborted) setImmediate(() => this.#tokens.met(fresh))
    return fresh
  }

  override async logout(grant: Grant, context: LogoutContext): Promise<void> {
    if (context.reason === 'requested' && this.#canRevoke && grant.refreshToken !== undefined)
      this.#tokens.revoked(grant.refreshToken)
    await super.logout(grant, context)
  }

  /** After the session was ended on purpose: revokes a refresh token that was not a part of it. Never rejects. */
  async loggedOut(): Promise<void> {
    this.#isLoggedOut = true
    const { refreshToken } = this.#tokens
    if (!this.#canRevoke || refreshToken === undefined) return
    const signal = AbortSignal.timeout(patience)
    const context = { dispatcher: await defaultDispatcher(), signal, reason: 'requested' } as const
    await this.logout(grantOf(refreshToken), context).catch(() => {})
  }

  /** In the place of a grant before. `undefined` while the configured tokens are to be used. */
  #standIn(): Grant | undefined {
    const { refreshToken } = this.#tokens
    if (!this.#isLoggedOut && refreshToken === this.#givenRefreshToken) return undefined
    return grantOf(refreshToken)
  }
}

function grantOf(refreshToken: string | undefined): Grant {
  return new Grant({ id: 'none', token: 'none', refreshToken, generation: 0, issuedAt: 0, worked: true })
}
