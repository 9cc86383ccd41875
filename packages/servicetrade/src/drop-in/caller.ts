import { LatchkeyError, type Session } from '@latchkey/core'
import { dispatchOf } from '../dispatch.ts'
import { exchange } from '../exchange.ts'
import { dataOf, toResponse } from './answer.ts'
import { toFailure } from './failures.ts'
import { type HttpErrorConfig, statusError } from './http-error.ts'
import { toTarget } from './target.ts'

export interface DropInCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As the user gave it, with a query or without. */
  readonly path: unknown
  /** Joins the path's own query. */
  readonly query?: URLSearchParams | undefined
  /** Names in lower case. They win over the custom ones. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** What undici takes, or a function that returns it anew for each time the request is sent. */
  readonly body?: unknown
}

export interface CallerOptions {
  readonly origin: string
  /** Where the API is on the server, `/api` say. */
  readonly apiPrefix: string
  readonly userAgent: string
  /** What the user wants on all requests, names in lower case. */
  readonly headers: () => Readonly<Record<string, string>>
}

/** Sends requests as the SDKs do, and settles as they do. */
export class Caller {
  readonly #options: CallerOptions

  constructor(options: CallerOptions) {
    this.#options = options
  }

  /**
   * Resolves to the answer's `data`; `null` if it has none.
   *
   * @param session puts its grant on the request, and replays it after a reset; without one it is sent as it is
   * @throws {HttpError} for an answer that is not the wanted one, or none
   * @throws {LatchkeyError} as it is, if there is no session or an argument is bad
   */
  async send({ method, path: given, query, headers, body }: DropInCall, session?: Session): Promise<unknown> {
    const { origin, apiPrefix, userAgent, headers: custom } = this.#options
    const { path, query: ownQuery } = toTarget(given, apiPrefix)
    const search = [ownQuery, query?.toString() ?? ''].filter((part) => part !== '').join('&')
    const config: HttpErrorConfig = { method, url: path }
    try {
      const outgoing = {
        // As it goes over the wire: a query may have characters that a URL has to have escaped.
        ...wireOf(new URL(`${origin}${apiPrefix}${path}${search === '' ? '' : `?${search}`}`)),
        method,
        headers: { accept: 'application/json', 'user-agent': userAgent, ...custom(), ...headers },
        body: session === undefined && typeof body === 'function' ? (body() as unknown) : body,
      }
      const answer = await exchange(await dispatchOf({ session }), outgoing, { longest })
      if (answer.status >= 200 && answer.status < 300) return dataOf(answer.text)
      throw statusError(toResponse(answer), { config })
    } catch (error) {
      // Whoever has the session knows what the server said to it.
      throw error instanceof LatchkeyError ? error : toFailure(error, { config })
    }
  }
}

/** As axios does, the SDKs read all answers whole. */
const longest = (): number => Number.POSITIVE_INFINITY

function wireOf({ origin, pathname, search }: URL): { origin: string; path: string } {
  return { origin, path: pathname + search }
}
