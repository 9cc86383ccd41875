import { randomUUID } from 'node:crypto'
import type { Authenticator, Grant, SessionOptions, StoredDocument, TokenStore } from '@latchkey/core'
import type { Clock } from '../../src/time/clock.ts'
import type { Keeper } from '../../src/login/keeper.ts'
import { withDefaults } from '../../src/settings.ts'
import { VirtualClock } from './virtual-clock.ts'

/** What happens in one run: all of it on virtual time, so that a seed repeats it to the last interleaving. */
export interface Plan {
  readonly seed: number
  readonly processes: number
  /** Requests that each process sends, one after the other, in each of its two loops. */
  readonly requests: number
  /** ms, the longest */
  readonly storeLatency: number
  readonly loginLatency: number
  /** When the server drops all sessions, ms from the start. */
  readonly resets: readonly number[]
  /** The process whose login the server has just begun is killed, this often. */
  readonly kills: number
  /** A process stands still from `at` for `time`. */
  readonly freezes: readonly { readonly process: number; readonly at: number; readonly time: number }[]
  /** How much of the store's answers is lost after the deed, 0 to 1. */
  readonly lostReplies: number
  /** Beats of the lease never arrive. */
  readonly lostBeats?: boolean
  /** The server refuses every session it opens. */
  readonly refusesFresh?: boolean
  readonly tuning?: Partial<Pick<SessionOptions, 'leaseTime' | 'maxWait' | 'maxReplays'>> & {
    loginBudget?: { limit: number; window: number }
  }
}

export interface Outcome {
  readonly served: number
  readonly failures: unknown[]
  readonly logins: number
  readonly loginTimes: readonly number[]
  readonly liveSessions: number
  /** Whether all processes that were left used the same grant in the end. */
  readonly converged: boolean
  readonly publishedIsLive: boolean
  readonly resets: number
  readonly kills: number
  readonly finished: boolean
}

type KeeperClass = typeof Keeper

const workTime = 600_000

/** Runs whole processes of the real code against a store, a server and a clock that are simulated. */
export async function simulate(plan: Plan, KeeperOfRun: KeeperClass): Promise<Outcome> {
  const clock = new VirtualClock()
  const random = mulberry32(plan.seed)
  const server = new SimulatedServer(plan, clock, random)
  const documents = new Map<string, StoredDocument>()
  const failures: unknown[] = []
  let served = 0

  const machines = Array.from({ length: plan.processes }, (_, index) => new Machine(clock, random, index))
  server.onLogin = (machine) => {
    if (server.kills < plan.kills) {
      server.kills += 1
      machine.kill()
    }
  }
  const keepers = machines.map(
    (machine) =>
      new KeeperOfRun({
        authenticator: server.authenticator(machine),
        store: new SimulatedStore(documents, machine, plan, random),
        settings: withDefaults({ loginBudget: { limit: 1_000, window: 60_000 }, ...plan.tuning }),
        clock: machine,
        dispatcher: () => undefined as never,
      }),
  )
  const loops = keepers.flatMap((keeper, index) => [0, 1].map(() => loop(keeper, machines[index]!)))
  let running = loops.length
  for (const done of loops) void done.then(() => (running -= 1))
  for (const at of plan.resets) clock.after(at, () => server.reset())
  for (const { process, at, time } of plan.freezes)
    clock.after(at, () => machines[process % plan.processes]!.freeze(time))

  const worked = await clock.until(() => running === 0, workTime)
  await clock.advance(120_000)
  // Once everything that could go wrong is over, all who are left must find to one live session.
  const survivors = keepers.filter((_, index) => !machines[index]!.isDead)
  let asking = survivors.length
  for (const keeper of survivors) {
    const machine = machines[keepers.indexOf(keeper)]!
    void request(keeper, machine)
      .catch((error: unknown) => failures.push(error))
      .finally(() => (asking -= 1))
  }
  const finished = worked && (await clock.until(() => asking === 0, workTime))
  const inUse = new Set(survivors.map((keeper) => keeper.live()?.id))
  await clock.advance(120_000)
  return {
    served,
    failures,
    logins: server.loginTimes.length,
    loginTimes: server.loginTimes,
    liveSessions: server.live.size,
    converged: inUse.size <= 1,
    publishedIsLive:
      survivors.length === 0 ||
      [...documents.values()].some(({ state }) =>
        server.isLive((JSON.parse(state) as { grant: { token: string } | null }).grant?.token),
      ),
    resets: server.resets,
    kills: server.kills,
    finished,
  }

  async function loop(keeper: Keeper, machine: Machine): Promise<void> {
    for (let count = 0; count < plan.requests; count += 1) {
      await Promise.race([
        machine.death,
        request(keeper, machine).then(
          () => (served += 1),
          (error: unknown) => failures.push(error),
        ),
      ])
      if (machine.isDead) return
    }
  }

  async function request(keeper: Keeper, machine: Machine): Promise<void> {
    let grant: Grant = await keeper.grant()
    for (let replays = 0; replays <= 20; replays += 1) {
      await machine.wait(1 + random() * 20)
      const isLive = server.isLive(grant.token)
      await machine.wait(1 + random() * 20)
      if (isLive) {
        keeper.proved(grant)
        return
      }
      grant = await keeper.replace(grant)
    }
    throw new Error('the request met a reset at every try')
  }
}

/** A process: its timers and its messages stop when it does. */
class Machine implements Clock {
  readonly index: number
  isDead = false
  readonly death: Promise<void>
  readonly #clock: VirtualClock
  readonly random: () => number
  #frozenUntil = 0
  #die = (): void => {}

  constructor(clock: VirtualClock, random: () => number, index: number) {
    this.#clock = clock
    this.random = random
    this.index = index
    this.death = new Promise((resolve) => (this.#die = resolve))
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  after(ms: number, callback: () => void): () => void {
    let cancel = this.#clock.after(ms, () => {
      if (this.isDead) return
      const rest = this.#frozenUntil - this.#clock.monotonic()
      if (rest > 0) cancel = this.after(rest, callback)
      else callback()
    })
    return () => cancel()
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve))
  }

  freeze(time: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#clock.monotonic() + time)
  }

  kill(): void {
    this.isDead = true
    this.#die()
  }
}

class SimulatedServer {
  readonly live = new Set<string>()
  readonly loginTimes: number[] = []
  resets = 0
  kills = 0
  onLogin: (machine: Machine) => void = () => {}
  readonly #plan: Plan
  readonly #clock: VirtualClock
  readonly #random: () => number

  constructor(plan: Plan, clock: VirtualClock, random: () => number) {
    this.#plan = plan
    this.#clock = clock
    this.#random = random
  }

  isLive(token: string | undefined): boolean {
    return token !== undefined && this.live.has(token) && this.#plan.refusesFresh !== true
  }

  reset(): void {
    if (this.live.size > 0) this.resets += 1
    this.live.clear()
  }

  authenticator(machine: Machine): Authenticator {
    return {
      subject: 'simulation',
      origin: 'http://simulation.example',
      fingerprint: 'fingerprint',
      login: async () => {
        this.loginTimes.push(this.#clock.now())
        this.onLogin(machine)
        await machine.wait(this.#plan.loginLatency * (0.5 + this.#random() / 2))
        const token = randomUUID()
        this.live.add(token)
        await machine.wait(1 + this.#random() * 5)
        return { token }
      },
      logout: async ({ token }) => {
        await machine.wait(this.#random() * 20)
        this.live.delete(token)
      },
      authorize: ({ token }) => ({ authorization: token }),
      isReset: ({ statusCode }) => statusCode === 401,
    }
  }
}

class SimulatedStore implements TokenStore {
  readonly #documents: Map<string, StoredDocument>
  readonly #machine: Machine
  readonly #plan: Plan
  readonly #random: () => number

  constructor(documents: Map<string, StoredDocument>, machine: Machine, plan: Plan, random: () => number) {
    this.#documents = documents
    this.#machine = machine
    this.#plan = plan
    this.#random = random
  }

  async get(key: string): Promise<StoredDocument | undefined> {
    return this.#transmit(() => this.#documents.get(key))
  }

  async set(key: string, state: string, expected: string | undefined): Promise<string | false> {
    if (this.#plan.lostBeats === true && isBeat(state)) return this.#transmit(() => false as const)
    return this.#transmit(() => {
      if (this.#documents.get(key)?.version !== expected) return false
      const version = randomUUID()
      this.#documents.set(key, { version, state })
      return version
    })
  }

  /** There, the deed, and back: a process may be killed or frozen, and a reply lost, in between. */
  async #transmit<T>(deed: () => T): Promise<T> {
    await this.#machine.wait((this.#random() * this.#plan.storeLatency) / 2)
    const result = deed()
    if (this.#random() < this.#plan.lostReplies) return new Promise(() => {})
    await this.#machine.wait((this.#random() * this.#plan.storeLatency) / 2)
    return result
  }
}

function isBeat(state: string): boolean {
  return ((JSON.parse(state) as { flight: { beat: number } | null }).flight?.beat ?? 0) > 0
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
