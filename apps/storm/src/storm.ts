import { setTimeout as pause } from 'node:timers/promises'
import { defaultUser, type Emulator, startEmulator } from '@latchkey/servicetrade-emulator'
import { calm, lead } from './defaults.ts'
import { show } from './display.ts'
import { Fleet, slotTally, Trouble } from './fleet.ts'
import { onInterrupt } from './interrupt.ts'
import type { WorkerSettings } from './messages.ts'
import type { StormOptions } from './options.ts'
import { type Outcome, promisesOf } from './promises.ts'
import type { Snapshot } from './snapshot.ts'
import { placeStore } from './stores.ts'
import { jsonSummary, textSummary } from './summary.ts'

/**
 * Far and slow enough, ms, that a reset always meets requests on their way, and that many want a session
 * while one logs in.
 */
const emulated = { latency: 20, loginLatency: 150 }

/**
 * Between two requests of a loop, ms. With the defaults it comes to some 900 requests per second: clients and
 * server share this machine's processors, a request costs them about 1 ms, and on two of them many more would
 * measure how long they queue. Somebody else's server gets a request per second and loop.
 */
const pauses = { emulated: 200, real: 1_000 }

/**
 * The default login budget is there to stop what a storm does: more than ten logins in a minute. And a
 * killed worker is to be seen replaced within the demo, not five seconds later.
 */
const stormTuning = { leaseTime: 1_000, loginBudget: { limit: 10_000, window: 60_000 } }

/** Resets wait until the one before is over, so a storm may last longer than it was to, but not for ever, ms. */
const tooLong = (seconds: number): number => 2_000 * seconds + 10_000

/** Resolves to the exit code. */
export async function run(options: StormOptions): Promise<number> {
  const interruption = onInterrupt(() => {
    fleet.killAll()
    place.remove()
  })
  const place = placeStore(options.store)
  const emulator = options.server === undefined ? await startEmulator(emulated) : undefined
  const server = options.server ?? { baseUrl: emulator!.url, ...defaultUser }
  const settingsOf = (number: number): WorkerSettings => ({
    ...(server as { baseUrl: string; username: string; password: string }),
    userAgent: `latchkey-storm/${number}`,
    store: place.plan,
    tuning: emulator === undefined ? {} : stormTuning,
    loops: options.loops,
    pause: emulator === undefined ? pauses.real : pauses.emulated,
    readOnly: emulator === undefined,
  })
  const { signal } = interruption
  const fleet = new Fleet({ processes: options.processes, settingsOf, interrupted: signal })
  const storm = new Storm({ options, emulator, fleet, signal })
  const hide = show(options.output, () => storm.look())
  let outcome: Outcome
  try {
    outcome = await storm.pass({ logout: emulator === undefined && place.isTemporary })
  } finally {
    hide()
    fleet.killAll()
    await emulator?.close()
    place.remove()
    interruption.stop()
  }
  const promises = promisesOf(outcome)
  process.stdout.write(options.output === 'json' ? jsonSummary(outcome, promises) : textSummary(outcome, promises))
  if (promises.some(({ isKept }) => !isKept)) return 1
  return outcome.isInterrupted ? 130 : 0
}

interface StormParts {
  readonly options: StormOptions
  /** `undefined` with a real server, which nobody here can make end a session. */
  readonly emulator: Emulator | undefined
  readonly fleet: Fleet
  readonly signal: AbortSignal
}

class Storm {
  readonly #parts: StormParts
  #startedAt: number | undefined
  #time: number | undefined
  #kills = 0
  #isCalm = false

  constructor(parts: StormParts) {
    this.#parts = parts
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
      logins: emulator?.counters.logins ?? total.logins,
      liveSessions: emulator?.counters.liveSessions,
    }
  }

  async #rage(): Promise<void> {
    const { emulator, fleet, options } = this.#parts
    if (emulator === undefined) return
    const { loops, resets, kills, seconds } = options
    const room = Math.max(0, seconds * 1_000 - lead - calm)
    await fleet.everyoneServed(1)
    for (let reset = 0; reset < resets; reset += 1) {
      await this.#until(lead + (room * reset) / resets)
      if (this.#elapsed > tooLong(seconds)) throw new Trouble('The resets took too long')
      // The kills are spread evenly over the resets, too.
      const isKill = Math.floor(((reset + 1) * kills) / resets) > Math.floor((reset * kills) / resets)
      if (isKill) await this.#resetAndKill(emulator)
      else emulator.resetSessions()
      fleet.mark()
      // To those who never had it the loss of a session would be none: each reset is to hit everybody.
      await fleet.everyoneServed(1)
    }
    // Whoever logged in notes in the store that the session works. That is part of the login still.
    await fleet.everyoneServed(loops)
    fleet.mark()
    this.#isCalm = true
    await this.#wait(calm / 2)
  }

  async #resetAndKill(emulator: Emulator): Promise<void> {
    const { fleet } = this.#parts
    const hold = emulator.hold('login', { limit: 1 })
    try {
      emulator.resetSessions()
      await fleet.killWhoIsLoggingIn(() => hold.waiting > 0)
      this.#kills += 1
    } finally {
      hold.release()
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
    return {
      options,
      elapsed: this.#elapsed,
      tally: fleet.tally,
      kills: this.#kills,
      server: emulator && { ...emulator.counters },
      calm: this.#isCalm ? fleet.sinceMark : undefined,
      crashes: fleet.crashes,
      trouble,
      isInterrupted: signal.aborted,
    }
  }
}
