import type { Dispatcher } from 'undici'

type Controller = Dispatcher.DispatchController
type RawHeaders = NonNullable<Controller['rawHeaders']> | null

export interface SteeringHost {
  /** Called once. Where there is no connection, nobody else will report the abort. */
  onAbort(reason: Error, hasConnection: boolean): void
}

/**
 * The one controller that a caller holds on to while the connections under it change. What the caller
 * does between two connections is kept for the next: a pause must not steer the dead response, and an
 * abort must not wait for a login.
 */
export class Steering implements Controller {
  readonly #host: SteeringHost
  #connection: Controller | null = null
  #paused = false
  #reason: Error | null = null

  constructor(host: SteeringHost) {
    this.#host = host
  }

  /** The connection steered from now on; `null` while there is none whose response is the caller's. */
  set connection(connection: Controller | null) {
    this.#connection = connection
    if (connection !== null && this.#paused) connection.pause()
  }

  pause(): void {
    this.#paused = true
    this.#connection?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#connection?.resume()
  }

  abort(reason?: Error | null): void {
    if (this.#reason !== null) return
    // Nobody could tell that a request was aborted with nothing.
    this.#reason = reason ?? new DOMException('The request was aborted', 'AbortError')
    this.#host.onAbort(this.#reason, this.#connection !== null)
    this.#connection?.abort(this.#reason)
  }

  get paused(): boolean {
    return this.#paused || (this.#connection?.paused ?? false)
  }

  get aborted(): boolean {
    return this.#reason !== null || (this.#connection?.aborted ?? false)
  }

  get reason(): Error | null {
    return this.#reason ?? this.#connection?.reason ?? null
  }

  get rawHeaders(): RawHeaders {
    return this.#connection?.rawHeaders ?? null
  }

  set rawHeaders(headers: RawHeaders) {
    if (this.#connection !== null) this.#connection.rawHeaders = headers
  }

  get rawTrailers(): RawHeaders {
    return this.#connection?.rawTrailers ?? null
  }

  set rawTrailers(trailers: RawHeaders) {
    if (this.#connection !== null) this.#connection.rawTrailers = trailers
  }
}
