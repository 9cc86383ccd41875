import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { Course } from './course.ts'
import { show } from './display.ts'
import { caps } from './faults/outsiders.ts'
import { Fleet } from './fleet.ts'
import { onInterrupt } from './interrupt.ts'
import type { WorkerSettings } from './messages.ts'
import type { StormOptions } from './options.ts'
import { type Outcome, promisesOf } from './promises.ts'
import { placeStore } from './stores.ts'
import { jsonSummary, textSummary } from './summary.ts'

/**
 * Far and slow enough, ms, that a reset always meets requests on their way, and that many want a session
 * while one logs in.
 */
const emulated = { latency: 20, loginLatency: 150 }

/**
 * The default login budget is there to stop what a storm does: more than ten logins in a minute. And a
 * killed worker is to be seen replaced within the demo, not five seconds later.
 */
const stormTuning = { leaseTime: 1_000, loginBudget: { limit: 10_000, window: 60_000 } }

/** Where faults are struck, the clocks of the second and the third worker are wrong, too, by so many ms. */
const clockErrors: Readonly<Record<number, number>> = { 2: 3_600_000, 3: -3_600_000 }

/** Resolves to the exit code. */
export async function run(options: StormOptions): Promise<number> {
  const hasFaults = options.faults.orders.length + options.faults.random > 0
  const place = await placeStore(options.store, options.processes, options.server !== undefined)
  const interruption = onInterrupt(() => {
    fleet.killAll()
    void place.remove()
  })
  const emulator = options.server === undefined ? await startEmulator({ ...emulated, ...caps }) : undefined
  const server = options.server ?? { baseUrl: emulator!.url, ...defaultUser }
  const settingsOf = (number: number): WorkerSettings => ({
    ...(server as { baseUrl: string; username: string; password: string }),
    userAgent: `latchkey-storm/${number}`,
    store: place.storeOf(number),
    tuning: emulator === undefined ? {} : stormTuning,
    loops: options.loops,
    pause: options.pause,
    readOnly: emulator === undefined,
    clockError: hasFaults ? (clockErrors[number] ?? 0) : 0,
  })
  const { signal } = interruption
  const fleet = new Fleet({ processes: options.processes, settingsOf, interrupted: signal })
  const course = new Course({ options, emulator, fleet, redis: place.redis, signal })
  const hide = show(options.output, () => course.look())
  let outcome: Outcome
  try {
    outcome = await course.pass({ logout: emulator === undefined && place.isTemporary })
  } finally {
    hide()
    fleet.killAll()
    await emulator?.close()
    await place.remove()
    interruption.stop()
  }
  const promises = promisesOf(outcome)
  process.stdout.write(options.output === 'json' ? jsonSummary(outcome, promises) : textSummary(outcome, promises))
  if (promises.some(({ isKept }) => !isKept)) return 1
  return outcome.isInterrupted ? 130 : 0
}
