import { setTimeout as pause } from 'node:timers/promises'
import { defaultDispatcher, type Session } from '@latchkey/core'
import { type Dispatcher, request } from 'undici'
import { type Envelope, readEnvelope } from './envelope.ts'
import { ServiceTradeError, type ServiceTradeErrorDetails } from './errors.ts'
import { type ExtraHeaders, joinHeaders } from './headers.ts'
import { readText } from './read-text.ts'
import { retryAfterOf } from './retry-after.ts'
import type { ServerTime } from './server-time.ts'

/** `Retry-After: 0` must not turn into a busy loop, ms. */
const shortestPause = 1_000

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/api`, checked. */
  readonly path: string
  readonly query?: URLSearchParams | undefined
  /** The client's own. */
  readonly headers?: ExtraHeaders | undefined
  /** The caller's. */
  readonly extraHeaders?: ExtraHeaders | undefined
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
  readonly headers: ExtraHeaders | undefined
  readonly serverTime: ServerTime
  /** ms */
  readonly maxRetryAfter: number
  readonly dispatcher: Dispatcher | undefined
}

interface Exchange extends Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'> {
  readonly text: string
  readonly envelope: Envelope | undefined
}

/** Sends requests with the session on them and reads the answers. */
export class Requester {
  readonly #options: RequesterOptions
  readonly #closing = new AbortController()
  #composed: { from: Dispatcher; to: Dispatcher } | undefined

  constructor(options: RequesterOptions) {
    this.#options = options
  }

  get serverTime(): ServerTime {
    return this.#options.serverTime
  }

  /**
   * Resolves to the envelope's data; `null` if there is none.
   *
   * @throws {ServiceTradeError} for any other answer than the wanted one
   */
  async send(call: Call): Promise<unknown> {
    const { maxRetryAfter } = this.#options
    for (let waited = 0; ;) {
      const { statusCode, headers, text, envelope } = await this.#exchange(call)
      if (statusCode >= 200 && statusCode < 300 && (envelope !== undefined || text.trim() === '')) {
        return envelope?.data ?? null
      }
      const retryAfter = statusCode === 429 ? retryAfterOf(headers) : undefined
      const error = toError(call, { status: statusCode, retryAfter, text, envelope })
      if (retryAfter === undefined || call.isSpentOnce === true) throw error
      const wait = Math.max(retryAfter, shortestPause)
      if (waited + wait > maxRetryAfter) throw error
      await this.#rest(wait, call.signal)
      waited += wait
    }
  }

  /** Ends all waits that are its own. What waited goes on, and finds the session closed. */
  close(): void {
    this.#closing.abort()
    this.serverTime.close()
  }

  async #rest(time: number, signal: AbortSignal | undefined): Promise<void> {
    const either = AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])])
    await pause(time, undefined, { signal: either }).catch(() => {})
    // The caller's own reason, as from any other wait.
    signal?.throwIfAborted()
  }

  async #exchange(call: Call): Promise<Exchange> {
    const { serverTime } = this.#options
    await serverTime.turn(call.signal)
    try {
      const { statusCode, headers, body } = await this.#dispatch(call)
      const isWanted = statusCode >= 200 && statusCode < 300
      const text = isWanted ? await body.text() : ((await readText(body)) ?? '')
      const envelope = readEnvelope(text)
      serverTime.told(envelope?.serverTime)
      return { statusCode, headers, text, envelope }
    } finally {
      serverTime.done()
    }
  }

  #dispatch({ method, path, query, headers, extraHeaders, body, signal }: Call): Promise<Dispatcher.ResponseData> {
    const { origin, userAgent } = this.#options
    const search = query === undefined || query.size === 0 ? '' : `?${query}`
    return request(`${origin}/api${path}${search}`, {
      method,
      dispatcher: this.#dispatcher,
      headers: joinHeaders(
        { accept: 'application/json', 'user-agent': userAgent },
        this.#options.headers,
        extraHeaders,
        headers,
      ),
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

function toError(
  { method, path }: Call,
  {
    text,
    envelope,
    ...answer
  }: Pick<ServiceTradeErrorDetails, 'status' | 'retryAfter'> & { text: string; envelope: Envelope | undefined },
): ServiceTradeError {
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
