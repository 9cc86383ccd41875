import { randomBytes, randomUUID } from 'node:crypto'
import type { OAuth2Settings } from '../settings.ts'
import type { Client } from './clients.ts'
import { createSigner } from './jwt.ts'

/** What one use of a client's secret led to, refreshes included. */
interface Family {
  readonly client: Client
  readonly accessTokens: Set<string>
}

interface AccessToken {
  readonly family: Family
  /** Epoch ms, on the emulator's clock. */
  readonly expiresAt: number
}

export interface IssuedTokens {
  readonly accessToken: string
  readonly refreshToken: string | undefined
}

interface TokenOptions {
  readonly settings: OAuth2Settings
  readonly clock: () => number
  /** Known once the emulator listens. */
  readonly issuer: () => string
}

/** The access and refresh tokens that are alive. A look-up costs the same however many there are. */
export class Tokens {
  readonly #options: TokenOptions
  readonly #sign = createSigner()
  /** All live equally long, and a Map keeps the order of insertion: those that are over come first. */
  readonly #access = new Map<string, AccessToken>()
  /** The newest of each family; those before it are dead. */
  readonly #refresh = new Map<string, Family>()

  constructor(options: TokenOptions) {
    this.#options = options
  }

  issue(client: Client): IssuedTokens {
    return this.#issue({ client, accessTokens: new Set() })
  }

  /** Spends a refresh token, if it is one of this client's. */
  refresh(refreshToken: string, client: Client): IssuedTokens | undefined {
    const family = this.#familyOf(refreshToken, client)
    if (family === undefined) return undefined
    this.#refresh.delete(refreshToken)
    return this.#issue(family)
  }

  /** Whose that access token is, if it is alive. */
  use(accessToken: string): Client | undefined {
    const found = this.#access.get(accessToken)
    if (found === undefined) return undefined
    if (!this.#isOver(found)) return found.family.client
    this.end(accessToken)
    return undefined
  }

  /** Ends a refresh token of this client's, and the access tokens of its family. Returns whether there was one. */
  revoke(refreshToken: string, client: Client): boolean {
    const family = this.#familyOf(refreshToken, client)
    if (family === undefined) return false
    this.#refresh.delete(refreshToken)
    for (const accessToken of family.accessTokens) this.end(accessToken)
    return true
  }

  /** Ends an access token alone. Returns whether there was one. */
  end(accessToken: string): boolean {
    this.#access.get(accessToken)?.family.accessTokens.delete(accessToken)
    return this.#access.delete(accessToken)
  }

  /** Ends all access tokens; refresh tokens live on. */
  endAll(): number {
    const ended = this.count()
    for (const accessToken of this.#access.keys()) this.end(accessToken)
    return ended
  }

  /** Ends all refresh tokens; access tokens live on. */
  endRefreshTokens(): number {
    const ended = this.#refresh.size
    this.#refresh.clear()
    return ended
  }

  count(): number {
    for (const [accessToken, found] of this.#access) if (this.#isOver(found)) this.end(accessToken)
    return this.#access.size
  }

  #issue(family: Family): IssuedTokens {
    this.#dropOld()
    const accessToken = this.#createAccessToken(family.client)
    family.accessTokens.add(accessToken)
    const { settings, clock } = this.#options
    this.#access.set(accessToken, { family, expiresAt: clock() + settings.tokenLifetime })
    if (settings.refreshTokens === 'never') return { accessToken, refreshToken: undefined }
    const refreshToken = createOpaqueToken()
    this.#refresh.set(refreshToken, family)
    return { accessToken, refreshToken }
  }

  #createAccessToken({ id, user: { user } }: Client): string {
    const { settings, clock, issuer } = this.#options
    if (settings.format === 'opaque') return createOpaqueToken()
    const now = clock()
    return this.#sign({
      iss: issuer(),
      sub: String(user.id),
      client_id: id,
      iat: Math.floor(now / 1000),
      exp: Math.floor((now + settings.tokenLifetime) / 1000),
      jti: randomUUID(),
    })
  }

  #familyOf(refreshToken: string, client: Client): Family | undefined {
    const family = this.#refresh.get(refreshToken)
    return family?.client === client ? family : undefined
  }

  #dropOld(): void {
    for (const [accessToken, found] of this.#access) {
      if (!this.#isOver(found)) return
      this.end(accessToken)
    }
  }

  #isOver({ expiresAt }: AccessToken): boolean {
    return this.#options.clock() >= expiresAt
  }
}

const createOpaqueToken = () => randomBytes(32).toString('base64url')
