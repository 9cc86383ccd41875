import { inspect } from 'node:util'
import { kinds, readOption, type SessionCalls } from '@latchkey/core'
import { type AttachParams, toUpload } from './files/attach.ts'
import type { AttachFile } from './files/upload.ts'
import { type CallOptions, readCallOptions, within } from './call-options.ts'
import { jsonBody } from './json-body.ts'
import { type List, PagedList } from './lists/list.ts'
import { splitPath } from './path.ts'
import { type Query, toQuery } from './query.ts'
import type { Call, Requester } from './request.ts'
import type { Attachment } from './resources/attachment.ts'
import type { ItemOf, ItemPath, ListPath, ResourceOf, ResourcePath } from './resources/paths.ts'

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
 * without `/api`, and say what the answers are: a literal path, or a template of one, has its {@link ResourceOf} or
 * {@link ItemOf}, any other path `unknown`. A type that is named, as in `get<MyJob>('/job/1')`, wins. None is checked
 * against what comes.
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

  /**
   * The server time that the user has left, ms, as the last answer told; `undefined` before there was one. What is
   * spent comes back at 15 s a minute; when nothing is left the server answers 429. All who share the user share it.
   */
  get balance(): number | undefined {
    return this.#requester.serverTime.balance
  }

  /** Resolves to the envelope's data; `null` if the answer has none. */
  get<const P extends ResourcePath>(path: P, params?: Query, options?: CallOptions): Promise<ResourceOf<P>>
  get<T = unknown>(path: string, params?: Query, options?: CallOptions): Promise<T>
  get(path: string, params?: Query, options?: CallOptions): Promise<unknown> {
    return this.#send('GET', path, { params, options })
  }

  /** Sends the body as JSON. Resolves to the envelope's data. */
  post<const P extends ListPath>(path: P, body?: unknown, options?: CallOptions): Promise<ItemOf<P>>
  post<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  post(path: string, body?: unknown, options?: CallOptions): Promise<unknown> {
    return this.#send('POST', path, { json: body, options })
  }

  /** Sends the body as JSON. Resolves to the envelope's data. */
  put<const P extends ItemPath>(path: P, body?: unknown, options?: CallOptions): Promise<ResourceOf<P>>
  put<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  put(path: string, body?: unknown, options?: CallOptions): Promise<unknown> {
    return this.#send('PUT', path, { json: body, options })
  }

  /** Resolves to `null`, or to the envelope's data where the server answers with any. */
  delete<T = null>(path: string, options?: CallOptions): Promise<T> {
    return this.#send('DELETE', path, { options })
  }

  /**
   * The items of a list, page by page as they are asked for. Each iteration starts anew, on the first page
   * or on the one that the parameters name, and ends with the signal's reason once that is aborted. The next page is
   * fetched ahead, from the second item of the present one on.
   *
   * @throws {ConfigurationError} at once, for bad arguments
   */
  list<const P extends ListPath>(path: P, params?: Query, options?: CallOptions): List<ItemOf<P>>
  list<T = unknown>(path: string, params?: Query, options?: CallOptions): List<T>
  list(given: string, params?: Query, options?: CallOptions): List<unknown> {
    const { timeout, signal, headers: extraHeaders } = this.#read(options)
    const { path, query: fromPath } = splitPath(given)
    const query = toQuery(fromPath, params)
    const fetchPage = (page: number, ends: AbortSignal): Promise<unknown> => {
      const ofPage = new URLSearchParams(query)
      ofPage.set('page', String(page))
      const call = { method: 'GET', path, query: ofPage, extraHeaders } as const
      return within({ timeout, signal: ends }, (limited) => this.#requester.send(call, limited))
    }
    return new PagedList({ path, firstPage: readFirstPage(query.get('page')), signal, fetchPage })
  }

  /**
   * Uploads a file. Resolves to the new attachment. Bytes, Blobs, Files and files by path survive resets like any
   * request; what becomes of streams, and of functions that open them, is told at {@link AttachValue.value}.
   */
  async attach<T = Attachment>(params: AttachParams, file: AttachFile, options?: CallOptions): Promise<T> {
    const { headers: extraHeaders, ...limits } = this.#read(options)
    const { release, ...upload } = toUpload(params, file)
    const call = { method: 'POST', path: '/attachment', extraHeaders, ...upload } as const
    try {
      return (await within(limits, (signal) => this.#requester.send(call, signal))) as T
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
    const limits = this.#read(options)
    const { path, query: fromPath } = splitPath(given)
    const query = params === undefined && fromPath === '' ? undefined : toQuery(fromPath, params)
    const call = { method, path, query, extraHeaders: limits.headers, ...jsonBody(json) }
    return (await within(limits, (signal) => this.#requester.send(call, signal))) as T
  }

  #read(given: CallOptions | undefined): CallOptions {
    const options = readCallOptions(given)
    if (this.#signal === undefined) return options
    return {
      ...options,
      signal: options.signal === undefined ? this.#signal : AbortSignal.any([this.#signal, options.signal]),
    }
  }
}

function readFirstPage(page: string | null): number {
  const kind = kinds.wholeNumber({ min: 1 })
  return page === null ? 1 : (readOption('params.page', Number(page), kind) ?? 1)
}
