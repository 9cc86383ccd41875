import { randomBytes } from 'node:crypto'
import type { Tally } from './counters.ts'
import type { Settings } from './settings.ts'

/** A live session, without its token. Times are epoch ms, on the emulator's clock. */
export interface OpenSession {
  readonly username: string
  /** When it was opened. */
  readonly since: number
  /** When it last served a request; before the first, when it was opened. */
  readonly lastUsed: number
}

export interface Session extends OpenSession {
  readonly token: string
  lastUsed: number
}

type Limits = Pick<Settings, 'softCap' | 'hardCap' | 'sessionLifetime' | 'sessionIdleTime' | 'clock'>

/** The open sessions. A look-up costs the same however many there are. */
export class Sessions {
  readonly #limits: Limits
  readonly #tally: Tally
  readonly #byToken = new Map<string, Session>()
  /** A Map keeps the order of insertion, so a user's oldest session comes first. */
  readonly #byUser = new Map<string, Map<string, Session>>()

  constructor(limits: Limits, tally: Tally) {
    this.#limits = limits
    this.#tally = tally
  }

  open(username: string): Session {
    const now = this.#limits.clock()
    const session: Session = { token: createToken(), username, since: now, lastUsed: now }
    const own = this.#byUser.get(username) ?? new Map<string, Session>()
    for (const other of own.values()) if (this.#isOver(other)) this.#expire(other)
    this.#byUser.set(username, own)
    this.#byToken.set(session.token, session)
    own.set(session.token, session)
    if (own.size > this.#limits.hardCap) this.#prune(own)
    return session
  }

  /** The live session of that token, marked as used. */
  use(token: string | undefined): Session | undefined {
    const session = token === undefined ? undefined : this.#byToken.get(token)
    if (session === undefined) return undefined
    if (this.#isOver(session)) {
      this.#expire(session)
      return undefined
    }
    session.lastUsed = this.#limits.clock()
    return session
  }

  end(token: string): boolean {
    const session = this.#byToken.get(token)
    if (session === undefined) return false
    this.#remove(session)
    return true
  }

  endAll(): number {
    this.#sweep()
    const ended = this.#byToken.size
    this.#byToken.clear()
    this.#byUser.clear()
    return ended
  }

  count(): number {
    this.#sweep()
    return this.#byToken.size
  }

  list(): OpenSession[] {
    this.#sweep()
    return Array.from(this.#byToken.values(), ({ username, since, lastUsed }) => ({ username, since, lastUsed }))
  }

  #prune(own: Map<string, Session>): void {
    let surplus = own.size - this.#limits.softCap
    for (const session of own.values()) {
      if (surplus-- === 0) return
      this.#remove(session)
      this.#tally.pruned++
    }
  }

  #sweep(): void {
    for (const session of this.#byToken.values()) if (this.#isOver(session)) this.#expire(session)
  }

  #isOver(session: Session): boolean {
    const { clock, sessionLifetime = Infinity, sessionIdleTime = Infinity } = this.#limits
    const now = clock()
    return now - session.since >= sessionLifetime || now - session.lastUsed >= sessionIdleTime
  }

  #expire(session: Session): void {
    this.#remove(session)
    this.#tally.expired++
  }

  #remove({ token, username }: Session): void {
    this.#byToken.delete(token)
    this.#byUser.get(username)?.delete(token)
  }
}

const letters = '0123456789abcdefghijklmnopqrstuv'

/** 26 of a-z0-9, five random bits each, as PHP makes its session ids. */
export function createToken(): string {
  return Array.from(randomBytes(26), (byte) => letters[byte & 31]).join('')
}
