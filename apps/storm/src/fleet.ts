import { EventEmitter, once } from 'node:events'
import type { WorkerSettings } from './messages.ts'
import { sumOf, type Tally } from './tally.ts'
import { WorkerProcess } from './worker-process.ts'

/** How long anything may take that is bound to happen, ms. */
const patience = 20_000

/** What was bound to happen did not. */
export class Trouble extends Error {}

/** A place in the fleet, and whoever holds it. */
export interface Slot {
  readonly number: number
  worker: WorkerProcess
  /** What those did who were killed here. */
  readonly past: Tally[]
}

export interface FleetOptions {
  readonly processes: number
  readonly settingsOf: (number: number) => WorkerSettings
  /** Aborted when the user wants an end. */
  readonly interrupted: AbortSignal
}

/** The workers. */
export class Fleet {
  readonly slots: readonly Slot[]
  readonly #options: FleetOptions
  readonly #changes = new EventEmitter()
  readonly #crashed = new Set<WorkerProcess>()
  #underWay = false
  #mark = 0

  constructor(options: FleetOptions) {
    this.#options = options
    this.slots = Array.from({ length: options.processes }, (_, index) => ({
      number: index + 1,
      worker: this.#spawn(),
      past: [],
    }))
  }

  /** Lets all begin at the same moment, so that all want the first session at once. */
  async start(): Promise<void> {
    await this.#until(() => this.#alive.every(({ worker }) => worker.isReady), 'The workers were not ready')
    this.#underWay = true
    this.#startWhoIsReady()
  }

  /** From now on the workers count anew, beside what they count from the start. */
  mark(): void {
    this.#mark += 1
    for (const { worker } of this.#alive) worker.send({ type: 'mark', mark: this.#mark })
  }

  /** Waits until every worker was served so many requests that began after the mark. */
  async everyoneServed(requests: number): Promise<void> {
    await this.#until(
      () =>
        this.#alive.every(
          ({ worker: { report } }) => report?.mark === this.#mark && report.servedSinceMark >= requests,
        ),
      'A session that all workers are served with did not come about',
    )
  }

  /** Waits until that login has arrived at the server, and resolves to whose it is. */
  async whoIsLoggingIn(hasArrived: () => boolean): Promise<Slot> {
    const find = (): Slot | undefined => this.slots.find(({ worker }) => worker.state === 'logging in')
    await this.#until(() => hasArrived() && find() !== undefined, 'No worker logged in')
    return find()!
  }

  /** Kills the worker, and puts another in its place. */
  async kill(slot: Slot): Promise<void> {
    await slot.worker.kill()
    slot.past.push(tallyOf(slot.worker))
    slot.worker = this.#spawn()
  }

  /** Everybody finishes what is under way, and then leaves. Whoever does not is killed, and counts as crashed. */
  async end({ logout }: { logout: boolean }): Promise<void> {
    const workers = this.slots.map(({ worker }) => worker)
    await Promise.all(workers.filter((worker) => !worker.isStarted).map((worker) => worker.kill()))
    for (const worker of workers) worker.send({ type: 'stop' })
    await this.#byDeadline(() => this.#alive.every(({ worker }) => worker.state === 'stopped'))
    for (const worker of workers) worker.send({ type: 'leave', logout })
    await this.#byDeadline(() => this.#alive.length === 0)
    for (const { worker } of this.#alive) this.#crashed.add(worker)
    await Promise.all(workers.map((worker) => worker.kill()))
  }

  /** Without waiting for anything. */
  killAll(): void {
    for (const { worker } of this.slots) void worker.kill()
  }

  /** Of the workers that ended on their own, what they wrote to stderr. */
  get crashes(): readonly string[] {
    return [...this.#crashed].map(({ lastWords }) => lastWords.trim())
  }

  get tally(): Tally {
    return sumOf(this.slots.map(slotTally))
  }

  /** What was counted since the last mark, by those who know of it. */
  get sinceMark(): { requests: number; storeOperations: number; slowest: number } {
    const reports = this.slots.flatMap(({ worker: { report } }) => (report?.mark === this.#mark ? [report] : []))
    return {
      requests: reports.reduce((sum, { servedSinceMark }) => sum + servedSinceMark, 0),
      storeOperations: reports.reduce((sum, { storeOperationsSinceMark }) => sum + storeOperationsSinceMark, 0),
      slowest: Math.max(0, ...reports.map(({ slowestSinceMark }) => slowestSinceMark)),
    }
  }

  get #alive(): readonly Slot[] {
    return this.slots.filter(({ worker }) => worker.isAlive)
  }

  #spawn(): WorkerProcess {
    const worker: WorkerProcess = new WorkerProcess(() => {
      if (worker.state === 'crashed') this.#crashed.add(worker)
      if (this.#underWay) this.#startWhoIsReady()
      this.#changes.emit('change')
    })
    return worker
  }

  #startWhoIsReady(): void {
    for (const { number, worker } of this.slots) {
      if (!worker.isReady || worker.isStarted) continue
      worker.send({ type: 'start', settings: this.#options.settingsOf(number), mark: this.#mark })
    }
  }

  async #until(holds: () => boolean, complaint: string): Promise<void> {
    const { interrupted } = this.#options
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(patience)])
    interrupted.throwIfAborted()
    while (!holds()) {
      if (this.#alive.length === 0) throw new Trouble('No worker is left')
      await once(this.#changes, 'change', { signal }).catch((error: unknown) => {
        throw interrupted.aborted ? error : new Trouble(`${complaint} within ${patience / 1_000} s`)
      })
    }
  }

  async #byDeadline(holds: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(patience)
    while (!holds() && !signal.aborted) await once(this.#changes, 'change', { signal }).catch(() => {})
  }
}

export function slotTally({ worker, past }: Slot): Tally {
  return sumOf([...past, tallyOf(worker)])
}

const tallyOf = ({ report }: WorkerProcess): Tally => report?.tally ?? sumOf([])
