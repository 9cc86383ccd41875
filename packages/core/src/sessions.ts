import { inspect } from 'node:util'
import { ConfigurationError, LatchkeyError } from './errors.ts'
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

interface Open<C> {
  readonly client: Promise<C>
  usedAt: number
}

/**
 * The sessions of many tenants in one process, over one store. A tenant is opened when it is first asked for and
 * dropped when it is idle or too many are open. To drop is to forget, not to close: requests under way go on, whoever
 * still holds the client can go on with it, and to ask again costs a look into the store, but no login.
 */
export class Sessions<C extends TenantClient = Session> {
  readonly #store: TokenStore
  readonly #make: SessionsOptions<C>['open']
  readonly #limit: number
  readonly #idleTime: number
  readonly #clock: Clock
  /** Least recently asked for first. */
  readonly #open = new Map<string, Open<C>>()
  /** Dropped, but perhaps still in somebody's hands: opened again it is the same client, with the same grant. */
  readonly #dropped = new Map<string, WeakRef<C>>()
  readonly #tenants = new WeakMap<C, string>()
  #cancelSweep: (() => void) | undefined
  #closed: Promise<void> | undefined

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: SessionsOptions<C>)
  constructor(options: SessionsOptions<C>, clock: Clock = systemClock) {
    const read = readOptions('Sessions', options, optionKinds)
    this.#store = requireOption('store', read.store, optionKinds.store)
    this.#make = requireOption('open', read.open, optionKinds.open) as SessionsOptions<C>['open']
    this.#limit = read.limit ?? sessionsDefaults.limit
    this.#idleTime = read.idleTime ?? sessionsDefaults.idleTime
    this.#clock = clock
  }

  /** How many tenants are open. */
  get size(): number {
    return this.#open.size
  }

  /** The tenants that are open and their clients, the one asked for least recently first. Counts as nobody's use. */
  async clients(): Promise<Map<string, C>> {
    const settled = await Promise.all(
      [...this.#open].map(async ([tenant, { client }]) =>
        client.then((opened) => [tenant, opened] as const).catch(() => undefined),
      ),
    )
    return new Map(settled.filter((one) => one !== undefined))
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
    const open = this.#open.get(tenant)
    if (open === undefined) return this.#start(tenant)
    open.usedAt = this.#clock.monotonic()
    this.#open.delete(tenant)
    this.#open.set(tenant, open)
    return open.client
  }

  /** Forgets a tenant, so that it is opened anew when next asked for: with the credentials that it has then, say. */
  forget(tenant: string): void {
    this.#open.delete(tenant)
    this.#dropped.delete(tenant)
  }

  /** Closes the clients of all tenants. Logs nobody out. The store stays open. */
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

  #start(tenant: string): Promise<C> {
    const revived = this.#dropped.get(tenant)?.deref()
    this.#dropped.delete(tenant)
    const open: Open<C> = {
      client: revived === undefined ? this.#openAnew(tenant) : Promise.resolve(revived),
      usedAt: this.#clock.monotonic(),
    }
    this.#open.set(tenant, open)
    open.client.catch(() => {
      if (this.#open.get(tenant) === open) this.#open.delete(tenant)
    })
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= this.#limit) break
      this.#drop(oldest)
    }
    this.#cancelSweep ??= this.#sweepLater(this.#idleTime)
    return open.client
  }

  async #openAnew(tenant: string): Promise<C> {
    const made = await this.#make(tenant, { store: this.#store })
    const client = takeOption('what open returns', made, clientKind) as C
    const owner = this.#tenants.get(client)
    if (owner !== undefined && owner !== tenant) {
      throw new ConfigurationError('open', 'a function that returns a client of its own for each tenant', client)
    }
    this.#tenants.set(client, tenant)
    if (this.#closed === undefined) return client
    await client.close()
    throw closedError()
  }

  #drop(tenant: string): void {
    const open = this.#open.get(tenant)
    this.#open.delete(tenant)
    void open?.client.then(
      (client) => this.#open.has(tenant) || this.#dropped.set(tenant, new WeakRef(client)),
      () => {},
    )
  }

  #sweepLater(ms: number): () => void {
    return this.#clock.after(ms, () => this.#sweep(), 'background')
  }

  #sweep(): void {
    const oldest = this.#clock.monotonic() - this.#idleTime
    for (const [tenant, { usedAt }] of this.#open) {
      if (usedAt > oldest) break
      this.#drop(tenant)
    }
    for (const [tenant, client] of this.#dropped) if (client.deref() === undefined) this.#dropped.delete(tenant)
    const [next] = this.#open.values()
    const isDone = next === undefined && this.#dropped.size === 0
    this.#cancelSweep = isDone
      ? undefined
      : this.#sweepLater(next === undefined ? this.#idleTime : next.usedAt - oldest)
  }

  async #close(): Promise<void> {
    this.#cancelSweep?.()
    const opened = await this.clients()
    const dropped = [...this.#dropped.values()].flatMap((client) => client.deref() ?? [])
    this.#open.clear()
    this.#dropped.clear()
    await Promise.all([...opened.values(), ...dropped].map((client) => client.close()))
  }
}

function closedError(): LatchkeyError {
  return new LatchkeyError('SESSION_CLOSED', 'The sessions were closed in this process')
}
