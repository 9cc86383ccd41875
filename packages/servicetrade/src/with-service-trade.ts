import { ConfigurationError } from '@latchkey/core'
import { type Interrupt, watchInterrupts } from './interrupts.ts'
import type { ServiceTradeOptions } from './options.ts'
import { ServiceTrade } from './service-trade.ts'

/** How long an interrupted script may take, ms: in all less than the 10 s after which Docker kills. */
export const interruptTimes = {
  unwindTime: 5_000,
  logoutTime: 4_000,
} as const

export interface ScriptContext {
  /** Aborted by SIGINT, SIGTERM and SIGHUP. Five seconds later the script is logged out under its work. */
  readonly signal: AbortSignal
}

/**
 * For scripts: logs in when first needed, does the work, and logs out, also when the work throws or the
 * process is told to end (SIGINT, SIGTERM, SIGHUP), which it then does. Afterwards the client is closed. With a
 * store that others use, the logout ends their session as well. With a `refreshToken` among the options nobody is
 * logged out: the server would take it back, and the next run could not log in.
 *
 * @throws what the work does; what {@link ServiceTrade.logout} does if only that failed
 */
export async function withServiceTrade<T>(
  options: ServiceTradeOptions,
  work: (st: ServiceTrade, context: ScriptContext) => T | Promise<T>,
): Promise<T> {
  if (typeof work !== 'function') throw new ConfigurationError('work', 'a function', work)
  const st = new ServiceTrade(options)
  const interruption = new Interruption()
  const unwatch = watchInterrupts((interrupt) => interruption.add(interrupt))
  const { unwindTime, logoutTime } = interruptTimes
  const leave = (): Promise<void> => interruption.within(logoutTime, () => end(st, options))
  try {
    let result: T
    try {
      result = await interruption.within(unwindTime, () => work(st, { signal: interruption.signal }))
    } catch (error) {
      // What the work threw matters more than a logout that failed after it.
      await leave().catch(() => {})
      throw error
    }
    await leave()
    return result
  } finally {
    unwatch()
  }
}

/** Closed first: work that is still going on must not log in again behind the logout. */
async function end(st: ServiceTrade, options: ServiceTradeOptions): Promise<void> {
  await st.close()
  // To revoke it would take back what a user has granted, and the next run would have nothing to log in with.
  const isGranted = 'refreshToken' in options && options.refreshToken !== undefined
  if (!isGranted) await st.logout()
}

class Interruption {
  readonly #controller = new AbortController()
  #hurry = (): void => {}

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  add(interrupt: Interrupt): void {
    // Whoever presses Ctrl-C twice does not want to wait.
    if (this.signal.aborted) this.#hurry()
    else this.#controller.abort(new DOMException(`The process received ${interrupt}`, 'AbortError'))
  }

  /** Waits for the work, but no longer than `time` ms once interrupted. */
  async within<T>(time: number, work: () => T | Promise<T>): Promise<T> {
    const { promise: overdue, reject } = Promise.withResolvers<never>()
    let timer: NodeJS.Timeout | undefined
    const hurry = (): void => reject(this.signal.reason)
    const limit = (): void => {
      timer = setTimeout(hurry, time)
    }
    this.#hurry = hurry
    this.signal.addEventListener('abort', limit)
    if (this.signal.aborted) limit()
    try {
      return await Promise.race([work(), overdue])
    } finally {
      clearTimeout(timer)
      this.signal.removeEventListener('abort', limit)
    }
  }
}
