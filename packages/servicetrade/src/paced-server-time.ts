import { kinds, readOptions } from '@latchkey/core'
import type { Clock } from './clock.ts'
import type { ServerTimeUse } from './envelope.ts'
import { ServerTime } from './server-time.ts'

/** How calls are slowed down before the server refuses them. Times in ms. */
export interface Pace {
  /** Below so much server time calls wait for what comes back. Default 10,000. */
  reserve?: number | undefined
  /** Server time that comes back per minute. Default 15,000, as the vendor documents. */
  refill?: number | undefined
}

type PaceSettings = Readonly<Record<keyof Pace, number>>

export const paceDefaults = { reserve: 10_000, refill: 15_000 } as const

export const paceKind = {
  takes: 'an object, as in { reserve: 10_000 }',
  read: (value: unknown): PaceSettings | undefined => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const read = readOptions('pace', value, { reserve: kinds.duration(), refill: kinds.duration({ min: 1 }) }, 'pace.')
    return { reserve: read.reserve ?? paceDefaults.reserve, refill: read.refill ?? paceDefaults.refill }
  },
}

/** How much a new observation of what a request costs counts for. */
const weight = 0.2

/** Others spend the same time: what was read a while ago is not to be relied upon for long, ms. */
const longestRest = 1_000

const nobody = (): void => {}

/**
 * Lets calls wait for server time. All who share the user read the same balance, so that each can slow down by itself,
 * and the fleet does.
 */
export class PacedServerTime extends ServerTime {
  readonly #clock: Pick<Clock, 'after' | 'monotonic'>
  readonly #pace: PaceSettings
  /** What the user can have at most, as far as was seen. */
  #highest = 0
  #readAt = 0
  #cost = 0
  #underWay = 0
  #isUntold = false
  #isClosed = false
  /** The end of the queue. */
  #last: Promise<void> | undefined
  /** Lets the head of the queue look again. */
  #wake = nobody

  constructor(pace: PaceSettings, clock: Pick<Clock, 'after' | 'monotonic'>) {
    super()
    this.#pace = pace
    this.#clock = clock
  }

  override told(use: ServerTimeUse | undefined): void {
    if (use === undefined) return
    this.#cost = this.balance === undefined ? use.usage : this.#cost + (use.usage - this.#cost) * weight
    super.told(use)
    this.#highest = Math.max(this.#highest, use.balance)
    this.#readAt = this.#clock.monotonic()
    this.#wake()
  }

  /** In the order in which they came. */
  override async turn(signal: AbortSignal | undefined): Promise<void> {
    const before = this.#last ?? Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    // One that gives up in the middle of the queue lets nobody pass those before it.
    this.#last = before.then(() => promise)
    try {
      await unlessAborted(before, signal)
      for (let rest = this.#rest; rest > 0; rest = this.#rest) {
        await this.#pause(Math.min(rest, longestRest), signal)
      }
      this.#underWay += 1
    } finally {
      resolve()
    }
  }

  override done(): void {
    this.#underWay -= 1
    this.#isUntold = this.balance === undefined
    this.#wake()
  }

  override close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** How long the next call is to wait, ms, so that what is under way leaves the reserve. */
  get #rest(): number {
    if (this.#isClosed) return 0
    // One call goes ahead to learn how much there is. Unless the answers do not tell.
    if (this.balance === undefined) return this.#isUntold || this.#underWay === 0 ? 0 : longestRest
    const { reserve, refill } = this.#pace
    const perMs = refill / 60_000
    const returned = (this.#clock.monotonic() - this.#readAt) * perMs
    const balance = Math.min(this.#highest, this.balance + returned)
    // Not more than a user with little time in all can ever have.
    const needed = Math.min(reserve, this.#highest / 2) + this.#cost * this.#underWay
    return (needed - balance) / perMs
  }

  #pause(time: number, signal: AbortSignal | undefined): Promise<void> {
    let cancel = (): void => {}
    const passed = new Promise<void>((resolve) => {
      cancel = this.#clock.after(time, resolve)
      this.#wake = resolve
    })
    return unlessAborted(passed, signal).finally(cancel)
  }
}

/** Rejects with the signal's reason once that is aborted. */
function unlessAborted(wait: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return wait
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort)
    void wait.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
