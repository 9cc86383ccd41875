import type { Dispatcher } from 'undici'
import type { Grant, SessionOptions, StoredDocument } from '@latchkey/core'
import type { Keeper } from '../../src/login/keeper.ts'
import { withDefaults } from '../../src/settings.ts'
import { Machine, mulberry32, SimulatedServer, SimulatedStore } from './simulated-world.ts'
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
  /** The store loses all its data, ms from the start. */
  readonly wipes?: readonly number[]
  /** The store answers nobody from `at` for `time`; or only one process not. */
  readonly outages?: readonly { readonly process: number | 'all'; readonly at: number; readonly time: number }[]
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
  let isOver = false
  const troubles: Plan = {
    ...plan,
    get lostReplies() {
      return isOver ? 0 : plan.lostReplies
    },
  }
  const keepers = machines.map(
    (machine) =>
      new KeeperOfRun({
        authenticator: server.authenticator(machine),
        store: new SimulatedStore({ documents, machine, plan: troubles, random, clock }),
        settings: withDefaults({ loginBudget: { limit: 1_000, window: 60_000 }, ...plan.tuning }),
        clock: machine,
        // No login of these sends anything.
        dispatcher: {} as Dispatcher,
      }),
  )
  const loops = keepers.flatMap((keeper, index) => [0, 1].map(() => loop(keeper, machines[index]!)))
  let running = loops.length
  for (const done of loops) void done.then(() => (running -= 1))
  for (const at of plan.resets) clock.after(at, () => server.reset())
  for (const at of plan.wipes ?? []) clock.after(at, () => documents.clear())
  for (const { process, at, time } of plan.freezes)
    clock.after(at, () => machines[process % plan.processes]!.freeze(time))

  const worked = await clock.until(() => running === 0, workTime)
  await clock.advance(120_000)
  isOver = true
  // Once everything that could go wrong is over, all who are left and in use must find to one live session.
  const survivors = keepers.filter((_, index) => !machines[index]!.isDead)
  let finished = worked
  for (let round = 0; round < 3; round += 1) {
    let asking = survivors.length
    for (const keeper of survivors) {
      void request(keeper, machines[keepers.indexOf(keeper)]!)
        .catch((error: unknown) => failures.push(error))
        .finally(() => (asking -= 1))
    }
    finished &&= await clock.until(() => asking === 0, workTime)
    await clock.advance(120_000)
  }
  const inUse = new Set(survivors.map((keeper) => keeper.live()?.id))
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
    const resetsBefore = server.resets
    let grant: Grant = await keeper.grant()
    // One more than the resets that it lives through, of which it may meet the end of one that began before.
    for (let replays = 0; replays <= Math.max(2, server.resets - resetsBefore + 1); replays += 1) {
      await machine.wait(1 + random() * 20)
      const isLive = server.isLive(grant.token)
      await machine.wait(1 + random() * 20)
      if (isLive) {
        keeper.proved(grant)
        return
      }
      grant = await keeper.replace(grant, { sure: replays > 0 })
    }
    throw new Error('the request met a reset at every try')
  }
}
