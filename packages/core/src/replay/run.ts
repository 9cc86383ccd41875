import type { Grant } from '../grant.ts'
import type { Keeper } from '../login/keeper.ts'

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
      if (!verdict) keeper.proved(grant)
      return outcome.value
    }
    if ('value' in outcome) await drain(outcome.value)
    grant = await keeper.replace(grant, signal)
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
  const response = hasStatus(outcome)
    ? outcome
    : isObject(outcome) && hasStatus(outcome['response'])
      ? outcome['response']
      : undefined
  if (response === undefined) return false
  const {
    headers,
    config,
    method = 'GET',
    path = '',
  } = response as Record<string, unknown> & { config?: { method?: string } }
  const statusCode = Number(response['statusCode'] ?? response['status'])
  return authenticator.isReset(
    {
      statusCode,
      headers:
        headers instanceof Headers
          ? Object.fromEntries(headers)
          : isObject(headers)
            ? (headers as Record<string, string>)
            : {},
    },
    { method: String(config?.method ?? method).toUpperCase(), path: String(path) },
  )
}

function hasStatus(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Number.isInteger(value['statusCode'] ?? value['status'])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** A response that nobody reads keeps its connection. */
async function drain(value: unknown): Promise<void> {
  const body = isObject(value) ? value['body'] : undefined
  if (body instanceof ReadableStream && !body.locked) await body.cancel().catch(() => {})
  else if (isObject(body) && typeof body['dump'] === 'function')
    await (body as { dump(): Promise<void> }).dump().catch(() => {})
}
