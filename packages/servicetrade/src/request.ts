import { setTimeout as pause } from 'node:timers/promises'
import type { Session } from '@latchkey/core'
import type { Dispatcher } from 'undici'
import { dispatchOf, type Route } from './dispatch.ts'
import { type Envelope, readEnvelope } from './envelope.ts'
import { ServiceTradeError } from './errors.ts'
import { type Answer, exchange, longestComplaint } from './exchange.ts'
import { type ExtraHeaders, joinHeaders } from './headers.ts'
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

interface Exchange {
  readonly answer: Answer
  readonly envelope: Envelope | undefined
}

/** Sends requests with the session on them and reads the answers. */
export class Requester implements Route {
  readonly serverTime: ServerTime
  /** With the dispatcher, its {@link Route}. */
  readonly session: Session
  readonly dispatcher: Dispatcher | undefined
  readonly #origin: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #maxRetryAfter: number
  /** Ends all waits. Not before there is one: a process may have many clients. */
  #closing: AbortController | undefined

  constructor({ session, origin, userAgent, headers, serverTime, maxRetryAfter, dispatcher }: RequesterOptions) {
    this.serverTime = serverTime
    this.session = session
    this.dispatcher = dispatcher
    this.#origin = origin
    this.#headers = headers === undefined ? plainHeaders(userAgent) : joinHeaders(plainHeaders(userAgent), headers)
    this.#maxRetryAfter = maxRetryAfter
  }

  /**
   * Resolves to the envelope's data; `null` if there is none.
   *
   * @throws {ServiceTradeError} for any other answer than the wanted one
   */
  async send(call: Call, signal?: AbortSignal): Promise<unknown> {
    for (let waited = 0; ;) {
      const { answer, envelope } = await this.#exchange(call, signal)
      if (isWanted(answer.status) && (envelope !== undefined || answer.text?.trim() === '')) {
        return envelope?.data ?? null
      }
      const retryAfter = answer.status === 429 ? retryAfterOf(answer.headers) : undefined
      const error = toError(call, answer, { retryAfter, envelope })
      if (retryAfter === undefined || call.isSpentOnce === true) throw error
      const wait = Math.max(retryAfter, shortestPause)
      if (waited + wait > this.#maxRetryAfter) throw error
      await this.#rest(wait, signal)
      waited += wait
    }
  }

  /** Ends all waits that are its own. What waited goes on, and finds the session closed. */
  close(): void {
    this.#closing ??= new AbortController()
    this.#closing.abort()
    this.serverTime.close()
  }

  async #rest(time: number, signal: AbortSignal | undefined): Promise<void> {
    this.#closing ??= new AbortController()
    const either = AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])])
    await pause(time, undefined, { signal: either }).catch(() => {})
    // The caller's own reason, as from any other wait.
    signal?.throwIfAborted()
  }

  async #exchange({ method, path, query, headers, extraHeaders, body }: Call, signal?: AbortSignal): Promise<Exchange> {
    const { serverTime } = this
    const search = query === undefined || query.size === 0 ? '' : `?${query}`
    const isPlain = headers === undefined && extraHeaders === undefined
    const outgoing = {
      origin: this.#origin,
      path: `/api${path}${search}`,
      method,
      headers: isPlain ? this.#headers : joinHeaders(this.#headers, extraHeaders, headers),
      body,
    }
    const turn = serverTime.turn(signal)
    if (turn !== undefined) await turn
    try {
      const answer = await exchange(await dispatchOf(this), outgoing, { signal, longest })
      const envelope = readEnvelope(answer.text ?? '')
      serverTime.told(envelope?.serverTime)
      return { answer, envelope }
    } finally {
      serverTime.done()
    }
  }
}

let lastPlain: Readonly<Record<string, string>> = { 'user-agent': '' }

/** The same object for all clients with the same user agent: a process may have many. */
function plainHeaders(userAgent: string): Readonly<Record<string, string>> {
  if (lastPlain['user-agent'] !== userAgent) lastPlain = { accept: 'application/json', 'user-agent': userAgent }
  return lastPlain
}

const isWanted = (status: number): boolean => status >= 200 && status < 300

const longest = (status: number): number => (isWanted(status) ? Number.POSITIVE_INFINITY : longestComplaint)

function toError(
  { method, path }: Call,
  { status, text = '' }: Answer,
  { retryAfter, envelope }: { retryAfter: number | undefined; envelope: Envelope | undefined },
): ServiceTradeError {
  const summary = envelope === undefined && text !== '' ? 'with something that is no JSON envelope' : undefined
  return new ServiceTradeError({
    method,
    path,
    status,
    retryAfter,
    summary,
    messages: envelope?.messages,
    validation: envelope?.validation,
  })
}
