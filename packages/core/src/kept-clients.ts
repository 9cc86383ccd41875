import type { Clock } from './time/clock.ts'

interface Kept<C> {
  readonly client: C
  usedAt: number
}

export interface KeptClientsOptions {
  readonly clock: Clock
  readonly limit: number
  readonly idleTime: number
}

/**
 * Keeps the clients of the tenants that are in use. The others are dropped: no longer kept, but found again as long as
 * somebody else holds them, so that a tenant has one client and not two.
 */
export class KeptClients<C extends object> {
  readonly #options: KeptClientsOptions
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept<C>>()
  readonly #dropped = new Map<string, WeakRef<C>>()
  /** Not to be found again. */
  readonly #forgotten = new Set<WeakRef<C>>()
  #cancelSweep: (() => void) | undefined

  constructor(options: KeptClientsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#kept.size
  }

  /** The tenant's client, which this is a use of. */
  use(tenant: string): C | undefined {
    const client = this.#kept.get(tenant)?.client ?? this.#dropped.get(tenant)?.deref()
    if (client !== undefined) this.keep(tenant, client)
    return client
  }

  keep(tenant: string, client: C): void {
    const { clock, idleTime, limit } = this.#options
    this.#dropped.delete(tenant)
    this.#kept.delete(tenant)
    this.#kept.set(tenant, { client, usedAt: clock.monotonic() })
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= limit) break
      this.#drop(oldest, kept)
    }
    this.#cancelSweep ??= this.#sweepLater(idleTime)
  }

  forget(tenant: string): void {
    const client = this.#kept.get(tenant)?.client ?? this.#dropped.get(tenant)?.deref()
    if (client !== undefined) this.release(client)
    this.#kept.delete(tenant)
    this.#dropped.delete(tenant)
  }

  /** Knows a client only so that it can be closed with the others. */
  release(client: C): void {
    this.#forgotten.add(new WeakRef(client))
    this.#cancelSweep ??= this.#sweepLater(this.#options.idleTime)
  }

  /** The tenants that are kept, the one used least recently first. */
  clients(): Map<string, C> {
    return new Map(Array.from(this.#kept, ([tenant, { client }]) => [tenant, client]))
  }

  /** Lets go of all. Returns whatever anybody still holds. */
  end(): C[] {
    this.#cancelSweep?.()
    const kept = Array.from(this.#kept.values(), ({ client }) => client)
    const others = [...this.#dropped.values(), ...this.#forgotten].flatMap((client) => client.deref() ?? [])
    for (const held of [this.#kept, this.#dropped, this.#forgotten]) held.clear()
    return Array.from(new Set([...kept, ...others]))
  }

  #drop(tenant: string, { client }: Kept<C>): void {
    this.#kept.delete(tenant)
    this.#dropped.set(tenant, new WeakRef(client))
  }

  #sweepLater(ms: number): () => void {
    return this.#options.clock.after(ms, () => this.#sweep(), 'background')
  }

  #sweep(): void {
    const { clock, idleTime } = this.#options
    const oldest = clock.monotonic() - idleTime
    for (const [tenant, kept] of this.#kept) {
      if (kept.usedAt > oldest) break
      this.#drop(tenant, kept)
    }
    for (const [tenant, client] of this.#dropped) if (client.deref() === undefined) this.#dropped.delete(tenant)
    for (const client of this.#forgotten) if (client.deref() === undefined) this.#forgotten.delete(client)
    const [next] = this.#kept.values()
    const isDone = next === undefined && this.#dropped.size === 0 && this.#forgotten.size === 0
    this.#cancelSweep = isDone ? undefined : this.#sweepLater(next === undefined ? idleTime : next.usedAt - oldest)
  }
}
