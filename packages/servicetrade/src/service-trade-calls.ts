import { inspect } from 'node:util'
import { kinds, readOption, type SessionCalls } from '@latchkey/core'
import { type AttachFile, type AttachParams, toUpload } from './files/attach.ts'
import { type CallOptions, readCallOptions } from './call-options.ts'
import { jsonBody } from './json-body.ts'
import { readPages } from './list.ts'
import { splitPath } from './path.ts'
import { type Query, toQuery } from './query.ts'
import type { Call, Requester } from './request.ts'

export interface CallsParts<S extends SessionCalls> {
  readonly session: S
  readonly requester: Requester
  /** Ends all calls. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The calls of a client. All reject with {@link ServiceTradeError} for an answer that is not the wanted one, with
 * {@link ConfigurationError} for bad arguments, with what {@link Session.grant} does if there is no session, with
 * the reason of a signal that is aborted, and with undici's own errors if the network fails. Paths are given
 * without `/api`.
 */
export class ServiceTradeCalls<S extends SessionCalls = SessionCalls> {
  readonly #session: S
  readonly #requester: Requester
  readonly #signal: AbortSignal | undefined

  constructor({ session, requester, signal }: CallsParts<S>) {
    this.#session = session
    this.#requester = requester
    this.#signal = signal
  }

  /** For its status, for other HTTP clients, and for what the API has outside `/api`. */
  get session(): S {
    return this.#session
  }

  /** Resolves to the envelope's data; `null` if the answer has none. */
  get<T = unknown>(path: string, params?: Query, options?: CallOptions): Promise<T> {
    return this.#send('GET', path, { params, options })
  }

  /** Sends the body as JSON. Resolves to the envelope's data. */
  post<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<T> {
    return this.#send('POST', path, { json: body, options })
  }

  /** Sends the body as JSON. Resolves to the envelope's data. */
  put<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<T> {
    return this.#send('PUT', path, { json: body, options })
  }

  /** Resolves to `null`, or to the envelope's data where the server answers with any. */
  delete<T = null>(path: string, options?: CallOptions): Promise<T> {
    return this.#send('DELETE', path, { options })
  }

  /**
   * The items of a list, page by page as they are asked for. Each iteration starts anew, on the first page
   * or on the one that the parameters name, and ends with the signal's reason once that is aborted.
   *
   * @throws {ConfigurationError} at once, for bad arguments
   */
  list<T = unknown>(path: string, params?: Query, options?: CallOptions): AsyncIterable<T> {
    const signal = this.#signalOf(options)
    const target = splitPath(path)
    const query = toQuery(target.query, params)
    const firstPage = readFirstPage(query.get('page'))
    const fetchPage = (page: number): Promise<unknown> => {
      const ofPage = new URLSearchParams(query)
      ofPage.set('page', String(page))
      return this.#requester.send({ method: 'GET', path: target.path, query: ofPage, signal })
    }
    const pages = { path: target.path, firstPage, signal }
    return { [Symbol.asyncIterator]: () => readPages(fetchPage, pages) as AsyncGenerator<T, void> }
  }

  /**
   * Uploads a file. Resolves to the new attachment. Bytes, Blobs and Files survive resets like any request;
   * what becomes of streams is told at {@link AttachFile.value}.
   */
  async attach<T = unknown>(params: AttachParams, file: AttachFile, options?: CallOptions): Promise<T> {
    const signal = this.#signalOf(options)
    const { release, ...upload } = toUpload(params, file)
    try {
      return (await this.#requester.send({ method: 'POST', path: '/attachment', signal, ...upload })) as T
    } finally {
      release()
    }
  }

  toJSON(): object {
    return { subject: this.#session.subject }
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { subject: ${inspect(this.#session.subject)} }`
  }

  async #send<T>(
    method: Call['method'],
    given: string,
    { params, json, options }: { params?: Query | undefined; json?: unknown; options: CallOptions | undefined },
  ): Promise<T> {
    const signal = this.#signalOf(options)
    const { path, query } = splitPath(given)
    const call = { method, path, query: toQuery(query, params), signal, ...jsonBody(json) }
    return (await this.#requester.send(call)) as T
  }

  #signalOf(options: CallOptions | undefined): AbortSignal | undefined {
    const { signal } = readCallOptions(options)
    if (signal === undefined || this.#signal === undefined) return signal ?? this.#signal
    return AbortSignal.any([this.#signal, signal])
  }
}

function readFirstPage(page: string | null): number {
  const kind = kinds.wholeNumber({ min: 1 })
  return page === null ? 1 : (readOption('params.page', Number(page), kind) ?? 1)
}
