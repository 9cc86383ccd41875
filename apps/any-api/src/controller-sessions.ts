import { randomBytes } from 'node:crypto'

export interface SessionLimits {
  /** How many there can be at a time. */
  readonly limit: number
  /** How long one may go unused, ms. */
  readonly timeout: number
  /** Epoch ms. */
  readonly clock: () => number
}

interface OpenSession {
  readonly id: string
  readonly token: string
  lastUsed: number
}

/** The sessions of a controller: few, and gone when they are not used. */
export class ControllerSessions {
  readonly #limits: SessionLimits
  readonly #open = new Map<string, OpenSession>()
  #count = 0

  constructor(limits: SessionLimits) {
    this.#limits = limits
  }

  get size(): number {
    this.#expire()
    return this.#open.size
  }

  /** `undefined` if there are too many. */
  start(): OpenSession | undefined {
    if (this.size >= this.#limits.limit) return undefined
    const id = String((this.#count += 1))
    const session = { id, token: randomBytes(16).toString('hex'), lastUsed: this.#limits.clock() }
    this.#open.set(id, session)
    return session
  }

  /** The id of the session that has this token, which is thereby used. */
  use(token: unknown): string | undefined {
    this.#expire()
    const session = [...this.#open.values()].find((one) => one.token === token)
    if (session !== undefined) session.lastUsed = this.#limits.clock()
    return session?.id
  }

  has(id: string): boolean {
    return this.#open.has(id)
  }

  end(id: string): boolean {
    return this.#open.delete(id)
  }

  endAll(): void {
    this.#open.clear()
  }

  #expire(): void {
    const before = this.#limits.clock() - this.#limits.timeout
    for (const { id, lastUsed } of this.#open.values()) if (lastUsed < before) this.#open.delete(id)
  }
}
