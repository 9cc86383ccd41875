import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

/** What is sent. */
export interface Outgoing {
  readonly origin: string
  /** Path and query, as they go over the wire. */
  readonly path: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  /** What undici takes, or the session's interceptor. */
  readonly body?: unknown
}

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number
  readonly statusText: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** `undefined` if it was longer than what was to be read of it. */
  readonly text: string | undefined
}

export interface ExchangeOptions {
  readonly signal?: AbortSignal | undefined
  /** How much of an answer with such a status is read, bytes. Of a longer one the connection is given up. */
  readonly longest: (status: number) => number
}

/** How much is read of an answer that is not what was asked for, bytes: more than any that the API sends. */
export const longestComplaint = 256 * 1024

/**
 * Sends a request and reads the answer into memory. Most answers are small and come in one piece, so there is no
 * stream between the connection and the text: that halves what a call costs here.
 *
 * @throws the signal's reason as soon as it is aborted; whatever the dispatcher under it fails with
 */
export function exchange(dispatch: Dispatcher.Dispatch, outgoing: Outgoing, options: ExchangeOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted()
    const reading = new Reading({ ...options, resolve, reject })
    try {
      dispatch(outgoing as Dispatcher.DispatchOptions, reading)
    } catch (error) {
      // Not left listening to a signal that may outlive it.
      reading.onResponseError(undefined, error as Error)
    }
  })
}

interface ReadingParts extends ExchangeOptions {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

class Reading implements Dispatcher.DispatchHandler {
  readonly #parts: ReadingParts
  #controller: Dispatcher.DispatchController | undefined
  #head: Omit<Answer, 'text'> | undefined
  #longest = 0
  #first: Buffer | undefined
  #others: Buffer[] | undefined
  #size = 0

  constructor(parts: ReadingParts) {
    this.#parts = parts
    parts.signal?.addEventListener('abort', this)
  }

  /** The signal is aborted. The caller need not wait for a request that is still in a queue. */
  handleEvent(): void {
    const reason = this.#parts.signal?.reason as Error
    this.#controller?.abort(reason)
    this.#fail(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#parts.signal?.aborted === true) controller.abort(this.#parts.signal.reason as Error)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusText = '',
  ): void {
    if (status < 200) return
    this.#head = { status, statusText, headers }
    this.#longest = this.#parts.longest(status)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.byteLength
    if (this.#size > this.#longest) {
      this.#end(undefined)
      controller.abort(new Error('The answer is too long'))
    } else if (this.#first === undefined) this.#first = chunk
    else (this.#others ??= [this.#first]).push(chunk)
  }

  onResponseEnd(): void {
    const all = this.#others === undefined ? this.#first : Buffer.concat(this.#others, this.#size)
    this.#end(all === undefined ? '' : textOf(all))
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(error)
  }

  #end(text: string | undefined): void {
    this.#parts.signal?.removeEventListener('abort', this)
    if (this.#head !== undefined) this.#parts.resolve({ ...this.#head, text })
  }

  #fail(error: unknown): void {
    const { signal, reject } = this.#parts
    signal?.removeEventListener('abort', this)
    reject(error)
  }
}

/** Without a byte order mark, at which JSON would fail. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.codePointAt(0) === 0xfeff ? text.slice(1) : text
}
