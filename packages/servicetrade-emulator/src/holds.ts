import { objectOf, oneOf, otherwise, wholeNumber } from './configuration.ts'

/** `'login'` is `POST /auth` and `POST /oauth2/token`, `'request'` everything else under `/api`. */
export type HoldKind = 'login' | 'request'

export interface HoldOptions {
  /** Holds so many; those that come later pass. Default: all. */
  readonly limit?: number | undefined
}

/** A barrier. What it holds has reached the server, and the server has not looked at it yet. */
export interface Hold {
  /** How many it holds now. */
  readonly waiting: number
  /** Resolves once so many have arrived since the hold began. Default 1. */
  arrived(count?: number): Promise<void>
  /** Lets go of all that it holds, and holds nothing any more. */
  release(): void
}

const readKind = oneOf('login', 'request')
const readHold = objectOf({ limit: otherwise(Infinity, wholeNumber(1, Number.MAX_SAFE_INTEGER)) })

export class Holds {
  readonly #barriers: Record<HoldKind, Set<Barrier>> = { login: new Set(), request: new Set() }

  /** @throws {ConfigurationError} for a kind or an option that does not exist */
  hold(kind: HoldKind, options: HoldOptions = {}): Hold {
    const barriers = this.#barriers[readKind(kind, 'hold kind')]
    const { limit } = readHold(options, 'hold options')
    const barrier: Barrier = new Barrier(limit, () => barriers.delete(barrier))
    barriers.add(barrier)
    return barrier
  }

  async pass(kind: HoldKind): Promise<void> {
    // A copy: what was held before is not caught by a barrier that came up meanwhile.
    for (const barrier of Array.from(this.#barriers[kind])) await barrier.pass()
  }

  releaseAll(): void {
    for (const barriers of Object.values(this.#barriers)) for (const barrier of barriers) barrier.release()
  }
}

class Barrier implements Hold {
  readonly #limit: number
  readonly #onRelease: () => void
  readonly #released = Promise.withResolvers<void>()
  #watchers: { count: number; resolve: () => void }[] = []
  #arrivals = 0
  #waiting = 0

  constructor(limit: number, onRelease: () => void) {
    this.#limit = limit
    this.#onRelease = onRelease
  }

  get waiting(): number {
    return this.#waiting
  }

  async pass(): Promise<void> {
    if (this.#arrivals >= this.#limit) return
    this.#arrivals++
    this.#waiting++
    this.#watchers = this.#watchers.filter(({ count, resolve }) => {
      if (count <= this.#arrivals) resolve()
      return count > this.#arrivals
    })
    await this.#released.promise
  }

  async arrived(count = 1): Promise<void> {
    if (count <= this.#arrivals) return
    await new Promise<void>((resolve) => {
      this.#watchers.push({ count, resolve })
    })
  }

  release(): void {
    this.#waiting = 0
    this.#onRelease()
    this.#released.resolve()
  }
}
