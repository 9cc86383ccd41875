import { setTimeout as pause } from 'node:timers/promises'
import { defaultDispatcher, type Session } from '@latchkey/core'
import { type Dispatcher, request } from 'undici'
import { readEnvelope } from './envelope.ts'
import { ServiceTradeError, type ServiceTradeErrorDetails } from './errors.ts'
import { readText } from './read-text.ts'
import { retryAfterOf } from './retry-after.ts'

/** `Retry-After: 0` must not turn into a busy loop, ms. */
const shortestPause = 1_000

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/api`, checked. */
  readonly path: string
  readonly query?: URLSearchParams | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** What undici takes, or a function that returns it anew for each time the request is sent. */
  readonly body?: unknown
  /** Whether the body can be read once only. */
  readonly isSpentOnce?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export interface RequesterOptions {
  readonly session: Session
  readonly origin: string
  readonly userAgent: string
  /** ms */
  readonly maxRetryAfter: number
  readonly dispatcher: Dispatcher | undefined
}

/** Sends requests with the session on them and reads the answers. */
export class Requester {
  readonly #options: RequesterOptions
  #composed: { from: Dispatcher; to: Dispatcher } | undefined

  constructor(options: RequesterOptions) {
    this.#options = options
  }

  /**
   * Resolves to the envelope's data; `null` if there is none.
   *
   * @throws {ServiceTradeError} for any other answer than the wanted one
   */
  async send(call: Call): Promise<unknown> {
    const { maxRetryAfter } = this.#options
    for (let waited = 0; ;) {
      const { statusCode, headers, body } = await this.#dispatch(call)
      if (statusCode >= 200 && statusCode < 300) return readData(call, statusCode, await body.text())
      const retryAfter = statusCode === 429 ? retryAfterOf(headers) : undefined
      const error = toError(call, { status: statusCode, retryAfter, text: await readText(body) })
      if (retryAfter === undefined || call.isSpentOnce === true) throw error
      const wait = Math.max(retryAfter, shortestPause)
      if (waited + wait > maxRetryAfter) throw error
      await pause(wait, undefined, { signal: call.signal }).catch((cause: unknown) => {
        // The caller's own reason, as from any other wait.
        throw call.signal?.reason ?? cause
      })
      waited += wait
    }
  }

  #dispatch({ method, path, query, headers, body, signal }: Call): Promise<Dispatcher.ResponseData> {
    const { origin, userAgent } = this.#options
    const search = query === undefined || query.size === 0 ? '' : `?${query}`
    return request(`${origin}/api${path}${search}`, {
      method,
      dispatcher: this.#dispatcher,
      headers: { accept: 'application/json', 'user-agent': userAgent, ...headers },
      body: (body ?? null) as string | null,
      ...(signal !== undefined && { signal }),
    })
  }

  get #dispatcher(): Dispatcher {
    const { dispatcher, session } = this.#options
    const from = dispatcher ?? defaultDispatcher()
    if (this.#composed?.from !== from) this.#composed = { from, to: from.compose(session.interceptor()) }
    return this.#composed.to
  }
}

function readData(call: Call, status: number, text: string): unknown {
  if (text.trim() === '') return null
  const envelope = readEnvelope(text)
  if (envelope === undefined) throw toError(call, { status, text })
  return envelope.data
}

function toError(
  { method, path }: Call,
  { text = '', ...answer }: Pick<ServiceTradeErrorDetails, 'status' | 'retryAfter'> & { text: string | undefined },
): ServiceTradeError {
  const envelope = readEnvelope(text)
  const summary = envelope === undefined && text !== '' ? 'with something that is no JSON envelope' : undefined
  return new ServiceTradeError({
    method,
    path,
    ...answer,
    summary,
    messages: envelope?.messages,
    validation: envelope?.validation,
  })
}
