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
   * Whether an error, or a response, means that the server no longer honours the grant and did not act.
   * Default: what has a status (`status` or `statusCode`, on itself or on its `response`) is put to the
   * authenticator; anything else is no reset.
   */
  isReset?: ((outcome: unknown) => boolean) | undefined
}

/** Runs work that brings its own HTTP client, and again with the next grant after a reset. */
export async function runWithSession<T>(
  keeper: Keeper,
  work: (grant: Grant, context: RunContext) => T | Promise<T>,
  { signal = new AbortController().signal, isReset = (outcome) => isResetStatus(keeper, outcome) }: RunOptions = {},
): Promise<T> {
  const { authenticator, settings } = keeper
  let grant = await keeper.grant(signal)
  for (let replays = 0; ; replays += 1) {
    const outcome = await attempt(() => work(grant, { signal }))
    const verdict = authenticator.renewable !== false && isReset('error' in outcome ? outcome.error : outcome.value)
    if (!verdict || replays >= settings.maxReplays) {
      if (verdict) await keeper.reject(grant)
      if ('error' in outcome) throw outcome.error
      if (!verdict && !isServerError(outcome.value)) keeper.proved(grant)
      return outcome.value
    }
    const next = keeper.replace(grant, signal)
    next.catch(() => {})
    if ('value' in outcome) await drain(outcome.value, keeper.clock)
    grant = await next
  }
}

async function attempt<T>(work: () => T | Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

function isResetStatus({ authenticator }: Keeper, outcome: unknown): boolean {
  const response = responseOf(outcome)
  return response !== undefined && authenticator.isReset(response, response)
}

/** A server in trouble says nothing about the grant. */
function isServerError(outcome: unknown): boolean {
  return (responseOf(outcome)?.statusCode ?? 0) >= 500
}
