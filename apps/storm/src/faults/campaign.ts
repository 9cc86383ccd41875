import type { FaultPlan, StormOptions } from '../options.ts'
import { drawFaults, faultsFor, seeded } from './draw.ts'
import type { FaultOrder } from './order.ts'
import { type Scene, strike } from './strike.ts'

/** What one fault cost, until every process was served with one session again. */
export interface FaultCost {
  readonly order: FaultOrder
  /** ms, from before the fault until it was over for everybody */
  readonly took: number
  readonly served: number
  readonly failed: number
  readonly replays: number
  /** The longest that a request took, ms. */
  readonly slowest: number
  /** Times that the server ended the session, by order or by pruning. */
  readonly resets: number
  /** Sessions that were opened by the fleet. */
  readonly logins: number
}

/** A session that has served nobody for so long counts as unused, ms. Each loop sends several requests in this time. */
const unusedFor = 3_000

/** Faults, one after the other, each seen through to its end. */
export class Campaign {
  readonly costs: FaultCost[] = []
  /** Sessions that nobody uses, after all has settled; `undefined` if it did not come to that. */
  unused: number | undefined
  readonly #scene: Scene
  readonly #plan: FaultPlan
  readonly #orders: readonly FaultOrder[]
  readonly #loops: number

  constructor({ faults, loops, store }: StormOptions, scene: Omit<Scene, 'random' | 'outsiderLogins'>) {
    const random = seeded(faults.seed)
    this.#plan = faults
    this.#orders = [...faults.orders, ...drawFaults(faults.random, faultsFor(store), random)]
    this.#loops = loops
    this.#scene = { ...scene, random, outsiderLogins: 0 }
  }

  get size(): number {
    return this.#orders.length
  }

  /** Logins that the server counted and that were not the fleet's. */
  get outsiderLogins(): number {
    return this.#scene.outsiderLogins
  }

  async pass(): Promise<void> {
    for (const order of this.#orders) this.costs.push(await this.#strike(order))
    if (this.#orders.length === 0) return
    await this.#scene.wait(this.#plan.settling)
    const now = Date.now()
    this.unused = this.#scene.emulator.sessions.filter(({ lastUsed }) => now - lastUsed > unusedFor).length
  }

  async #strike(order: FaultOrder): Promise<FaultCost> {
    const { fleet } = this.#scene
    fleet.mark()
    const before = this.#look()
    await strike(this.#scene, order)
    // What was served under way does not count: all must be served with what there is now.
    const { slowest: slowestMeanwhile } = fleet.sinceMark
    fleet.mark()
    await fleet.everyoneServed(this.#loops)
    const after = this.#look()
    return {
      order,
      took: after.time - before.time,
      served: after.served - before.served,
      failed: after.failed - before.failed,
      replays: after.replays - before.replays,
      slowest: Math.max(slowestMeanwhile, fleet.sinceMark.slowest),
      resets: after.resets - before.resets + (order.name === 'session-prune' ? 1 : 0),
      logins: after.logins - before.logins,
    }
  }

  #look() {
    const { emulator, fleet, outsiderLogins } = this.#scene
    const { served, failed, replays } = fleet.tally
    const { resets, logins } = emulator.counters
    return {
      time: performance.now(),
      served,
      failed,
      replays,
      resets,
      logins: logins - outsiderLogins,
    }
  }
}
