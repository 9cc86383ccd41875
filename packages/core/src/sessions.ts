import { inspect } from 'node:util'
import { ConfigurationError, LatchkeyError } from './errors.ts'
import { KeptClients } from './kept-clients.ts'
import { kinds, readOptions, requireOption, takeOption } from './options.ts'
import type { Session } from './session.ts'
import { type Clock, systemClock } from './time/clock.ts'
import { storeKind, type TokenStore } from './token-store.ts'

/** What a tenant's requests go through: a {@link Session}, or a client that keeps one. */
export interface TenantClient {
  /** Lets go of what this process holds. Must log nobody out. */
  close(): Promise<void>
}

/** What {@link SessionsOptions.open} is given beside the tenant. */
export interface OpenContext {
  /** The one store for all tenants. */
  readonly store: TokenStore
}

export interface SessionsOptions<C extends TenantClient = Session> {
  /** Where the sessions of all tenants are shared. Each has a document of its own there. */
  store: TokenStore
  /**
   * Makes the client of one tenant, with that tenant's credentials and with the store it is given. Called once
   * while the tenant is in use, whoever asks meanwhile; what it throws is thrown to all who asked, and the next
   * one to ask tries again. Two tenants must not be given the same object.
   */
  open: (tenant: string, context: OpenContext) => C | Promise<C>
  /** How many tenants are kept open; past it the one that was asked for least recently is dropped. Default 1,000. */
  limit?: number | undefined
  /** How long a tenant that nobody asks for is kept open, ms. Default 600,000. */
  idleTime?: number | undefined
}

export const sessionsDefaults = {
  limit: 1_000,
  idleTime: 600_000,
} as const

const optionKinds = {
  store: storeKind,
  open: kinds.callable<SessionsOptions<TenantClient>['open']>('a function that makes the client of a tenant'),
  limit: kinds.wholeNumber({ min: 1 }),
  idleTime: kinds.duration({ min: 1 }),
}

const tenantKind = kinds.text()
const clientKind = kinds.having<TenantClient>('a client', 'close')

/** A client in the making, for all who asked. */
type Opening<C> = PromiseWithResolvers<C>

/**
 * The sessions of many tenants in one process, over one store. A tenant is opened when it is first asked for and
 * dropped when it is idle or too many are open. A client that is dropped is not closed: requests under
 * way go on, whoever still holds it can go on with it, and to ask again costs a look into the store, but no login.
 */
export class Sessions<C extends TenantClient = Session> {
  readonly #store: TokenStore
  readonly #make: SessionsOptions<C>['open']
  readonly #kept: KeptClients<C>
  readonly #openings = new Map<string, Opening<C>>()
  readonly #tenants = new WeakMap<C, string>()
  #closed: Promise<void> | undefined

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: SessionsOptions<C>)
  constructor(options: SessionsOptions<C>, clock: Clock = systemClock) {
    const read = readOptions('Sessions', options, optionKinds)
    this.#store = requireOption('store', read.store, optionKinds.store)
    this.#make = requireOption('open', read.open, optionKinds.open) as SessionsOptions<C>['open']
    const { limit = sessionsDefaults.limit, idleTime = sessionsDefaults.idleTime } = read
    this.#kept = new KeptClients({ clock, limit, idleTime })
  }

  /** How many tenants are open. */
  get size(): number {
    return this.#kept.size
  }

  /** The tenants that are open and their clients, the one asked for least recently first. Counts as nobody's use. */
  clients(): Map<string, C> {
    return this.#kept.clients()
  }

  /**
   * The tenant's client: the same for all who ask while it is open. Logs nobody in.
   *
   * @throws {ConfigurationError} if the tenant is not a string or empty: a name that is missing is nobody's
   * @throws {LatchkeyError} `SESSION_CLOSED` after `close()`
   * @throws what `open` does
   */
  async for(tenant: string): Promise<C> {
    takeOption('tenant', tenant, tenantKind)
    if (this.#closed !== undefined) throw closedError()
    return this.#kept.use(tenant) ?? (this.#openings.get(tenant) ?? this.#open(tenant)).promise
  }

  /**
   * Forgets a tenant, so that it is opened anew when next asked for: with the credentials that it has then, say. Whoever
   * holds its client, or waits for it, goes on with that one.
   */
  forget(tenant: string): void {
    this.#openings.delete(tenant)
    this.#kept.forget(tenant)
  }

  /**
   * Closes the clients of all tenants, and fails whoever waits for one. Logs nobody out. The store stays open.
   *
   * @throws what the clients' own `close` does, once all of them were told to
   */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  toJSON(): object {
    return { open: this.size }
  }

  [inspect.custom](): string {
    return `Sessions { open: ${this.size} }`
  }

  #open(tenant: string): Opening<C> {
    const opening = Promise.withResolvers<C>()
    // Known before anything of the program runs, which may ask for the same tenant.
    this.#openings.set(tenant, opening)
    this.#openAnew(tenant)
      .then((client) => this.#opened(tenant, opening, client), opening.reject)
      .finally(() => {
        if (this.#openings.get(tenant) === opening) this.#openings.delete(tenant)
      })
    return opening
  }

  async #openAnew(tenant: string): Promise<C> {
    const made = await Promise.resolve().then(() => this.#make(tenant, { store: this.#store }))
    const client = takeOption('what open returns', made, clientKind) as C
    const owner = this.#tenants.get(client)
    if (owner !== undefined && owner !== tenant) {
      throw new ConfigurationError('open', 'a function that returns a client of its own for each tenant', client)
    }
    this.#tenants.set(client, tenant)
    return client
  }

  async #opened(tenant: string, opening: Opening<C>, client: C): Promise<void> {
    if (this.#closed !== undefined) {
      opening.reject(closedError())
      // Nobody is left to hear what its closing comes to.
      await closing(client).catch(() => {})
      return
    }
    if (this.#openings.get(tenant) === opening) this.#kept.keep(tenant, client)
    else this.#kept.release(client)
    opening.resolve(client)
  }

  async #close(): Promise<void> {
    const openings = Array.from(this.#openings.values())
    this.#openings.clear()
    for (const { reject } of openings) reject(closedError())
    const closed = await Promise.allSettled(this.#kept.end().map(closing))
    const errors = closed.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    if (errors.length > 1) throw new AggregateError(errors, 'Several clients could not be closed')
    if (errors.length === 1) throw errors[0]
  }
}

/** One that throws at once must not keep the others from being closed. */
async function closing(client: TenantClient): Promise<void> {
  await client.close()
}

function closedError(): LatchkeyError {
  return new LatchkeyError('SESSION_CLOSED', 'The sessions were closed in this process')
}
