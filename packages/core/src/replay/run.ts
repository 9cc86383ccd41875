import { ConfigurationError } from '../errors.ts'
import type { Grant } from '../grant.ts'
import type { Keeper } from '../login/keeper.ts'
import { drain } from './drain.ts'
import { responseOf } from './outcome.ts'

export interface RunContext {
  /** Aborted when the caller's signal is. */
  readonly signal: AbortSignal
}

export interface RunOptions {
  /** Ends the wait for a session, and is handed on to the work. */
  signal?: AbortSignal | undefined
  /**
   * Whether what `work` threw or returned means that the server no longer honours the grant and did not act.
   * Default: errors that have a status (`status` or `statusCode`, on themselves or on their `response`) and
   * returned responses (a status and `headers`) are put to the authenticator; anything else is no reset.
   */
  isReset?: ((outcome: unknown) => boolean) | undefined
}

/** Runs work that brings its own HTTP client, and again with the next grant after a reset. */
export async function runWithSession<T>(
  keeper: Keeper,
  work: (grant: Grant, context: RunContext) => T | Promise<T>,
  options: RunOptions = {},
): Promise<T> {
  const { authenticator, settings } = keeper
  if (typeof work !== 'function') throw new ConfigurationError('work', 'a function', work)
  const { signal = new AbortController().signal, isReset } = options
  let grant = await keeper.grant(signal)
  for (let replays = 0; ; replays += 1) {
    const outcome = await attempt(() => work(grant, { signal }))
    const judge = (): boolean =>
      isReset === undefined
        ? isResetOutcome(keeper, outcome)
        : isReset('error' in outcome ? outcome.error : outcome.value)
    const verdict = authenticator.renewable !== false && judge()
    if (!verdict || replays >= settings.maxReplays) {
      if (verdict) await keeper.reject(grant)
      if ('error' in outcome) throw outcome.error
      if (!verdict && !isServerError(outcome.value)) keeper.proved(grant)
      return outcome.value
    }
    const next = keeper.replace(grant, { signal, sure: replays > 0 })
    next.catch(() => {})
    if ('value' in outcome) await drain(outcome.value, keeper.clock)
    grant = await next
  }
}

type Outcome<T> = { value: T } | { error: unknown }

async function attempt<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

function isResetOutcome({ authenticator }: Keeper, outcome: Outcome<unknown>): boolean {
  // Data that happens to have a status is no response, and what it came of must not be done again.
  const isData =
    'value' in outcome && !(Object(outcome.value) === outcome.value && 'headers' in (outcome.value as object))
  const response = isData ? undefined : responseOf('error' in outcome ? outcome.error : outcome.value)
  return response !== undefined && authenticator.isReset(response, response)
}

/** A server in trouble says nothing about the grant. */
function isServerError(outcome: unknown): boolean {
  return (responseOf(outcome)?.statusCode ?? 0) >= 500
}
