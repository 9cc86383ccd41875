import type { IncomingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Body } from './body.ts'
import type { Below } from './dispatch-through.ts'
import { Draining } from './drain.ts'
import type { Grant } from '../grant.ts'
import { type OwnHeaders, withGrant } from './headers.ts'
import type { Keeper } from '../login/keeper.ts'
import { redirectedError } from './redirected.ts'
import { type ReplayCount, ReplayElsewhere } from './replay-elsewhere.ts'
import { publishReplay } from './replayed.ts'
import { Steering } from './steering.ts'
import { unreplayable } from './unreplayable.ts'

type Controller = Dispatcher.DispatchController

export interface ReplayRequest {
  readonly keeper: Keeper
  readonly below: Below
  readonly options: Dispatcher.DispatchOptions
  /** Those of the options. */
  readonly headers: OwnHeaders
  readonly handler: Dispatcher.DispatchHandler
  readonly body: Body
  /** Where the caller can send the request again and this body can't: see {@link ReplayElsewhere}. */
  readonly elsewhere: ReplayCount | undefined
}

const nothing = (): void => {}

/** One request through the session: dispatches it with a grant, and again after a reset. */
export class ReplayHandler implements Dispatcher.DispatchHandler {
  // Not held in one object: it would be made for every request, as this is.
  readonly #keeper: Keeper
  readonly #below: Below
  readonly #options: Dispatcher.DispatchOptions
  readonly #headers: OwnHeaders
  readonly #handler: Dispatcher.DispatchHandler
  readonly #body: Body
  readonly #elsewhere: ReplayCount | undefined
  readonly #steering = new Steering(this)
  #started = false
  #finished = false
  #waiting: AbortController | undefined
  #grant: Grant | undefined
  /** Set from a reset's headers to its end. */
  #draining: Draining | undefined
  /** What to do once the connection of a reset is free again. */
  #afterDrain = nothing
  #ownCount: ReplayCount | undefined

  constructor({ keeper, below, options, headers, handler, body, elsewhere }: ReplayRequest) {
    this.#keeper = keeper
    this.#below = below
    this.#options = options
    this.#headers = headers
    this.#handler = handler
    this.#body = body
    this.#elsewhere = elsewhere
  }

  /** Sends the request, at once if there is a live grant. Returns what `dispatch` does. */
  start(): boolean {
    const body = this.#body
    const grant = this.#keeper.live()
    if (grant !== undefined && !body.isFragile) {
      const opened = body.open()
      if (!(opened instanceof Promise)) return this.#dispatch(grant, opened)
      this.#startCaller()
      void this.#send(
        () => Promise.resolve(grant),
        () => opened,
      )
      return true
    }
    // From here on there is something to wait for, and the caller must be able to abort the wait.
    this.#startCaller()
    // Aborted at once, and nobody is to log in for it.
    if (this.#finished) return true
    void this.#send(async (signal) => {
      const live = await this.#keeper.grant(signal)
      return body.isFragile ? this.#keeper.verified(live, signal) : live
    })
    return true
  }

  onRequestStart(controller: Controller, context: unknown): void {
    const refused = redirectedError(context) ?? this.#steering.reason
    if (refused !== null) {
      controller.abort(refused)
      return
    }
    this.#steering.connection = controller
    if (!this.#started) this.#startCaller(context)
  }

  onRequestUpgrade(_controller: Controller, statusCode: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    this.#handler.onRequestUpgrade?.(this.#steering, statusCode, headers, socket)
    this.#finish()
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.()
  }

  onBodySent(chunk: Buffer): void {
    this.#handler.onBodySent?.(chunk)
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.()
  }

  onResponseStart(
    controller: Controller,
    statusCode: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    if (statusCode >= 200 && this.#grant !== undefined) {
      if (this.#isReset(statusCode, headers)) {
        if (this.#reset(this.#grant, controller)) return
      } else if (statusCode < 500) this.#keeper.proved(this.#grant)
      else this.#keeper.used()
    }
    this.#handler.onResponseStart?.(this.#steering, statusCode, headers, statusMessage)
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#draining === undefined) this.#handler.onResponseData?.(this.#steering, chunk)
    else this.#draining.add(chunk)
  }

  onResponseEnd(_controller: Controller, trailers: IncomingHttpHeaders): void {
    if (this.#endDrain()) return
    // Not before it returns: undici's retry throws here, to be told of the error by `onResponseError`.
    this.#handler.onResponseEnd?.(this.#steering, trailers)
    this.#finish()
  }

  onResponseError(_controller: Controller, error: Error): void {
    // A connection that dies under a reset's own body changes nothing: the verdict is in.
    if (this.#endDrain()) return
    this.#keeper.used()
    this.#fail(error)
  }

  #isReset(statusCode: number, headers: IncomingHttpHeaders): boolean {
    const { authenticator } = this.#keeper
    const { method, path } = this.#options
    return authenticator.renewable !== false && authenticator.isReset({ statusCode, headers }, { method, path })
  }

  /** Returns `false` if the server's own answer is the caller's: there were replays enough. */
  #reset(dead: Grant, controller: Controller): boolean {
    const keeper = this.#keeper
    const body = this.#body
    const options = this.#options
    const count = this.#count
    const isReplayedElsewhere = this.#isReplayedElsewhere
    if (count.replays >= keeper.settings.maxReplays) {
      keeper.reject(dead).catch(() => {})
      return false
    }
    this.#steering.connection = null
    this.#draining = new Draining(controller, keeper.clock)
    if (!body.isReplayable && !isReplayedElsewhere) {
      keeper.reject(dead).catch(() => {})
      this.#afterDrain = () => this.#fail(unreplayable({ keeper, options }))
      return true
    }
    // The search for the next grant starts now; the replay waits for the connection, or a pool of one would lock up.
    this.#waiting = new AbortController()
    const next = keeper.replace(dead, { signal: this.#waiting.signal, sure: count.replays > 0 })
    next.catch(() => {})
    this.#afterDrain = () => {
      void this.#send(async () => {
        const grant = await next
        // The dying request read on meanwhile.
        if (!body.isReplayable && !isReplayedElsewhere) throw unreplayable({ keeper, options })
        count.replays += 1
        publishReplay({ subject: keeper.authenticator.subject, options, replays: count.replays, grant })
        if (isReplayedElsewhere) throw new ReplayElsewhere(new URL(options.path, options.origin))
        return grant
      })
    }
    return true
  }

  get #count(): ReplayCount {
    return this.#elsewhere ?? (this.#ownCount ??= { replays: 0 })
  }

  get #isReplayedElsewhere(): boolean {
    return this.#elsewhere !== undefined && this.#options.body != null
  }

  #endDrain(): boolean {
    if (this.#draining === undefined) return false
    this.#draining.end()
    this.#draining = undefined
    if (!this.#finished) this.#afterDrain()
    return true
  }

  async #send(
    find: (signal: AbortSignal) => Promise<Grant>,
    open: () => ReturnType<Body['open']> = () => this.#body.open(),
  ): Promise<void> {
    this.#waiting ??= new AbortController()
    try {
      const grant = await find(this.#waiting.signal)
      const body = await open()
      this.#waiting = undefined
      if (!this.#finished) this.#dispatch(grant, body)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #dispatch(grant: Grant, body: Dispatcher.DispatchOptions['body']): boolean {
    this.#grant = grant
    const headers = withGrant(this.#headers, this.#keeper.authenticator.authorize(grant), this.#body.contentType)
    return this.#below.dispatch({ ...this.#options, headers, body: body ?? null }, this)
  }

  #startCaller(context: unknown = {}): void {
    this.#started = true
    this.#handler.onRequestStart?.(this.#steering, context)
  }

  /** For the steering. */
  onAbort(reason: Error, hasConnection: boolean): void {
    this.#waiting?.abort(reason)
    if (!hasConnection) this.#fail(reason)
  }

  #fail(error: Error): void {
    if (this.#finished) return
    this.#finish()
    this.#handler.onResponseError?.(this.#steering, error)
  }

  #finish(): void {
    this.#finished = true
    this.#body.dispose()
  }
}
