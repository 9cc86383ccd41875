import { setTimeout as pause } from 'node:timers/promises'
import type { Emulator } from '@latchkey/servicetrade-emulator'
import { calm, lead } from './defaults.ts'
import { Campaign } from './faults/campaign.ts'
import { atLogin } from './faults/strike.ts'
import { type Fleet, slotTally, Trouble } from './fleet.ts'
import type { StormOptions } from './options.ts'
import type { RedisPlace } from './places/redis.ts'
import type { Outcome } from './promises.ts'
import type { Snapshot } from './snapshot.ts'

/** Resets wait until the one before is over, so a storm may last longer than it was to, but not for ever, ms. */
const tooLong = (seconds: number): number => 2_000 * seconds + 30_000

export interface CourseParts {
  readonly options: StormOptions
  /** `undefined` with a real server, which nobody here can make end a session. */
  readonly emulator: Emulator | undefined
  readonly fleet: Fleet
  readonly redis: RedisPlace | undefined
  readonly signal: AbortSignal
}

/** What happens in a storm, in which order. */
export class Course {
  readonly #parts: CourseParts
  readonly #campaign: Campaign | undefined
  #startedAt: number | undefined
  #time: number | undefined
  #kills = 0
  #isCalm = false

  constructor(parts: CourseParts) {
    const { emulator, fleet, options, redis } = parts
    this.#parts = parts
    const wait = (ms: number): Promise<void> => this.#wait(ms)
    if (emulator !== undefined) this.#campaign = new Campaign(options, { emulator, fleet, redis, wait })
  }

  async pass({ logout }: { logout: boolean }): Promise<Outcome> {
    const { fleet, options, signal } = this.#parts
    let trouble: string | undefined
    try {
      await fleet.start()
      this.#startedAt = performance.now()
      await this.#rage()
      await this.#until(options.seconds * 1_000)
    } catch (error) {
      if (error instanceof Trouble) trouble = error.message
      else if (!signal.aborted) throw error
    }
    await fleet.end({ logout })
    this.#time = this.#elapsed
    return this.#outcome(trouble)
  }

  look(): Snapshot {
    const { emulator, fleet, options } = this.#parts
    const total = fleet.tally
    return {
      elapsed: this.#elapsed,
      seconds: options.seconds,
      rows: fleet.slots.map((slot) => ({
        number: slot.number,
        pid: slot.worker.pid,
        state: slot.worker.state,
        tally: slotTally(slot),
      })),
      total,
      resets: emulator?.counters.resets,
      kills: this.#kills,
      faults: { struck: this.#campaign?.costs.length ?? 0, planned: this.#campaign?.size ?? 0 },
      logins: emulator?.counters.logins ?? total.logins,
      liveSessions: emulator?.counters.liveSessions,
    }
  }

  async #rage(): Promise<void> {
    const { emulator, fleet, options } = this.#parts
    if (emulator === undefined) return
    await fleet.everyoneServed(1)
    await this.#reset(emulator)
    await this.#campaign?.pass()
    // Whoever logged in notes in the store that the session works. That is part of the login still.
    await fleet.everyoneServed(options.loops)
    fleet.mark()
    this.#isCalm = true
    await this.#wait(calm / 2)
  }

  async #reset(emulator: Emulator): Promise<void> {
    const { fleet, options } = this.#parts
    const { loops, resets, kills, seconds } = options
    const room = Math.max(0, seconds * 1_000 - lead - calm)
    for (let reset = 0; reset < resets; reset += 1) {
      await this.#until(lead + (room * reset) / resets)
      if (this.#elapsed > tooLong(seconds)) throw new Trouble('The resets took too long')
      // The kills are spread evenly over the resets, too.
      const isKill = Math.floor(((reset + 1) * kills) / resets) > Math.floor((reset * kills) / resets)
      if (isKill) {
        await atLogin({ emulator, fleet }, (slot) => fleet.kill(slot))
        this.#kills += 1
      } else emulator.resetSessions()
      fleet.mark()
      // To those who never had it the loss of a session would be none: each reset is to hit everybody. And
      // resets that come faster than requests are served would measure nothing but how often one is replayed.
      await fleet.everyoneServed(loops)
    }
  }

  get #elapsed(): number {
    return this.#time ?? (this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt)
  }

  async #until(elapsed: number): Promise<void> {
    await this.#wait(Math.max(0, elapsed - this.#elapsed))
  }

  async #wait(time: number): Promise<void> {
    await pause(time, undefined, { signal: this.#parts.signal })
  }

  #outcome(trouble: string | undefined): Outcome {
    const { emulator, fleet, options, signal } = this.#parts
    const { costs = [], unused, outsiderLogins = 0 } = this.#campaign ?? {}
    return {
      options,
      elapsed: this.#elapsed,
      tally: fleet.tally,
      kills: this.#kills,
      faults: costs,
      unused,
      outsiderLogins,
      server: emulator && { ...emulator.counters },
      calm: this.#isCalm ? fleet.sinceMark : undefined,
      crashes: fleet.crashes,
      trouble,
      isInterrupted: signal.aborted,
    }
  }
}
