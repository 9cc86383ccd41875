import type { FreshGrant } from '@latchkey/core'
import type { Announcer } from '../drop-in/announcer.ts'

/** How many tokens are remembered: a request may be sent late with one that was replaced meanwhile. */
const most = 16

export interface TokensOptions {
  readonly announcer: Announcer
  readonly onSetAuth: ((token: string) => unknown) | undefined
  /** The access token to start with, which is not told of. */
  readonly token: string | undefined
  /** The refresh token to start with. */
  readonly refreshToken: string | undefined
}

/** What a client has seen of tokens: tells of each once, and knows the newest refresh token. */
export class Tokens {
  readonly #options: TokensOptions
  readonly #seen = new Set<string>()
  #refreshToken: string | undefined

  constructor(options: TokensOptions) {
    this.#options = options
    this.#refreshToken = options.refreshToken
  }

  get refreshToken(): string | undefined {
    return this.#refreshToken
  }

  /** A token is there to be used. */
  met({ token, refreshToken }: Pick<FreshGrant, 'token' | 'refreshToken'>): void {
    // Some servers send a token again, with another refresh token beside it.
    const pair = JSON.stringify([token, refreshToken])
    if (this.#seen.has(pair)) return
    this.#seen.add(pair)
    const [oldest] = this.#seen
    if (this.#seen.size > most && oldest !== undefined) this.#seen.delete(oldest)
    this.#refreshToken = refreshToken ?? this.#refreshToken
    const { announcer, onSetAuth, token: given } = this.#options
    if (onSetAuth !== undefined && (token !== given || refreshToken !== this.#options.refreshToken))
      announcer.tell(() => onSetAuth(token))
  }

  /** A refresh token was revoked. */
  revoked(refreshToken: string): void {
    if (this.#refreshToken === refreshToken) this.#refreshToken = undefined
  }
}
