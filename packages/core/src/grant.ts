import { inspect } from 'node:util'

/** What an {@link Authenticator}'s login yields. */
export interface FreshGrant {
  /** What rides on every request. Not empty, no control characters. */
  readonly token: string
  /** When the server stops honouring the token, epoch ms. Default: not known. */
  readonly expiresAt?: number | undefined
  /** What the next login may use instead of the credentials. Default: none. */
  readonly refreshToken?: string | undefined
}

/** What the session adds to a fresh grant when it publishes it. */
export interface GrantRecord extends FreshGrant {
  /** Tells grants apart. Random: counters restart when a store loses its data. */
  readonly id: string
  /** How many grants the session has had, this one included. For people to read. */
  readonly generation: number
  /** When the grant was committed, epoch ms on the clock of the process that logged in. */
  readonly issuedAt: number
  /** Whether a request is known to have been served with it. */
  readonly worked: boolean
}

/**
 * A grant in use. Its secrets are reached by name only: `JSON.stringify`, `util.inspect`, spreading
 * and enumeration show the rest and leave them out.
 */
export class Grant implements GrantRecord {
  readonly id: string
  readonly generation: number
  readonly issuedAt: number
  readonly worked: boolean
  readonly expiresAt: number | undefined
  readonly #token: string
  readonly #refreshToken: string | undefined

  constructor(record: GrantRecord) {
    this.id = record.id
    this.generation = record.generation
    this.issuedAt = record.issuedAt
    this.worked = record.worked
    this.expiresAt = record.expiresAt
    this.#token = record.token
    this.#refreshToken = record.refreshToken
  }

  get token(): string {
    return this.#token
  }

  get refreshToken(): string | undefined {
    return this.#refreshToken
  }

  toJSON(): object {
    const { id, generation, issuedAt, worked, expiresAt } = this
    return { id, generation, issuedAt, worked, expiresAt }
  }

  [inspect.custom](_depth: number, options: object): string {
    return `Grant ${inspect(this.toJSON(), options)}`
  }
}
