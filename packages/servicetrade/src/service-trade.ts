import { inspect } from 'node:util'
import { kinds, readOption, readOptions, Session, type SessionOptions } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { type AttachFile, type AttachParams, toUpload } from './attach.ts'
import { type CallOptions, readCallOptions } from './call-options.ts'
import { createAuthenticator } from './credentials.ts'
import { jsonBody } from './json-body.ts'
import { readPages } from './list.ts'
import { optionKinds, type ServiceTradeOptions, serviceTradeDefaults } from './options.ts'
import { splitPath } from './path.ts'
import { type Query, toQuery } from './query.ts'
import { type Call, Requester } from './request.ts'

/**
 * A client of ServiceTrade's API with one session, shared with all who use the same store.
 *
 * All calls reject with {@link ServiceTradeError} for an answer that is not the wanted one, with
 * {@link ConfigurationError} for bad arguments, with what {@link Session.grant} does if there is no
 * session, and with undici's own errors if the network fails. Paths are given without `/api`.
 */
export class ServiceTrade {
  readonly #session: Session
  readonly #requester: Requester

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: ServiceTradeOptions) {
    const {
      username,
      password,
      baseUrl,
      userAgent = serviceTradeDefaults.userAgent,
      maxRetryAfter = serviceTradeDefaults.maxRetryAfter,
      store = new MemoryTokenStore(),
      ...tuning
    } = readOptions('ServiceTrade', options, optionKinds)
    const authenticator = createAuthenticator({ username, password, baseUrl, userAgent })
    const sessionOptions = { ...tuning, authenticator, store } as SessionOptions
    this.#session = new Session(sessionOptions)
    const { dispatcher } = sessionOptions
    const { origin } = authenticator
    this.#requester = new Requester({ session: this.#session, origin, userAgent, maxRetryAfter, dispatcher })
  }

  /** For its status, for other HTTP clients, and for what the API has outside `/api`. */
  get session(): Session {
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
   * or on the one that the parameters name.
   *
   * @throws {ConfigurationError} at once, for bad arguments
   */
  list<T = unknown>(path: string, params?: Query, options?: CallOptions): AsyncIterable<T> {
    const { signal } = readCallOptions(options)
    const target = splitPath(path)
    const query = toQuery(target.query, params)
    const firstPage = readFirstPage(query.get('page'))
    const fetchPage = (page: number): Promise<unknown> => {
      const ofPage = new URLSearchParams(query)
      ofPage.set('page', String(page))
      return this.#requester.send({ method: 'GET', path: target.path, query: ofPage, signal })
    }
    return {
      [Symbol.asyncIterator]: () => readPages(fetchPage, { path: target.path, firstPage }) as AsyncGenerator<T, void>,
    }
  }

  /**
   * Uploads a file. Resolves to the new attachment. Bytes, Blobs and Files survive resets like any request;
   * what becomes of streams is told at {@link AttachFile.value}.
   */
  async attach<T = unknown>(params: AttachParams, file: AttachFile, options?: CallOptions): Promise<T> {
    const { signal } = readCallOptions(options)
    const { release, ...upload } = toUpload(params, file)
    try {
      return (await this.#requester.send({ method: 'POST', path: '/attachment', signal, ...upload })) as T
    } finally {
      release()
    }
  }

  /**
   * Ends the session on the server and in the store, for everyone who shares it. The next call logs in anew.
   *
   * @throws what {@link Session.logout} does
   */
  logout(): Promise<void> {
    return this.#session.logout()
  }

  /** Lets go of what this process holds. Logs nobody out. */
  close(): Promise<void> {
    return this.#session.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  toJSON(): object {
    return { subject: this.#session.subject }
  }

  [inspect.custom](): string {
    return `ServiceTrade { subject: ${inspect(this.#session.subject)} }`
  }

  async #send<T>(
    method: Call['method'],
    given: string,
    { params, json, options }: { params?: Query | undefined; json?: unknown; options: CallOptions | undefined },
  ): Promise<T> {
    const { signal } = readCallOptions(options)
    const { path, query } = splitPath(given)
    const call = { method, path, query: toQuery(query, params), signal, ...jsonBody(json) }
    return (await this.#requester.send(call)) as T
  }
}

function readFirstPage(page: string | null): number {
  const kind = kinds.wholeNumber({ min: 1 })
  return page === null ? 1 : (readOption('params.page', Number(page), kind) ?? 1)
}
