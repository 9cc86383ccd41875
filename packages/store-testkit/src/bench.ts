import type { TokenStore } from '@latchkey/core'
import type { Claims } from './options.ts'
import { RemoteStore } from './remote-store.ts'

/** What one case works with: a place of its own and the stores opened there. */
export class Bench {
  readonly place: string
  readonly #claims: Claims
  readonly #stores: TokenStore[] = []
  readonly #places: string[] = []
  readonly #remotes: RemoteStore[] = []

  private constructor(claims: Claims, place: string) {
    this.#claims = claims
    this.place = place
    this.#places.push(place)
  }

  static async setUp(claims: Claims): Promise<Bench> {
    return new Bench(claims, await claims.place())
  }

  /** A store at the case's own place, or another. */
  async open(place = this.place): Promise<TokenStore> {
    const store = await this.#claims.open(place)
    this.#stores.push(store)
    return store
  }

  /** A store where nothing is stored, elsewhere than the case's own place. */
  async openElsewhere(): Promise<TokenStore> {
    const place = await this.#claims.place()
    this.#places.push(place)
    return this.open(place)
  }

  /** A process of its own which is about to open a store at the case's place. */
  async startProcess(): Promise<RemoteStore> {
    const remote = new RemoteStore(this.#claims.processes!, this.place)
    this.#remotes.push(remote)
    await remote.ready
    return remote
  }

  async startProcesses(count: number): Promise<RemoteStore[]> {
    return Promise.all(Array.from({ length: count }, () => this.startProcess()))
  }

  /** Makes the stores at the case's place unable to answer, and resolves to what undoes it. */
  async makeUnavailable(): Promise<() => unknown> {
    return this.#claims.makeUnavailable!(this.place)
  }

  async tearDown(): Promise<void> {
    await Promise.all(this.#remotes.map((remote) => remote.kill()))
    for (const store of this.#stores) await store.close?.()
    for (const place of this.#places) await this.#claims.cleanUp(place)
  }
}
