import { inspect } from 'node:util'
import type { Dispatcher, RequestInfo, Response } from 'undici'
import type { Authenticator } from './authenticator.ts'
import { type Clock, systemClock } from './time/clock.ts'
import { ConfigurationError } from './errors.ts'
import { fetchWithSession } from './replay/fetch.ts'
import type { SessionRequestInit } from './replay/fetch-init.ts'
import type { Grant } from './grant.ts'
import { sessionInterceptor } from './replay/interceptor.ts'
import { Keeper } from './login/keeper.ts'
import { kinds, readOptions, requireOption, takeOption } from './options.ts'
import { type RunContext, type RunOptions, runWithSession } from './replay/run.ts'
import { BoundSession, type SessionCalls } from './session-calls.ts'
import { type SessionTuning, tuningKinds, withDefaults } from './settings.ts'
import { type SessionStatus, statusOf } from './status.ts'
import { storeKind, type TokenStore } from './token-store.ts'

export interface SessionOptions extends SessionTuning {
  /** Knows the API. */
  authenticator: Authenticator
  /** Where the session is shared. Those who name the same store, subject and credentials share one session. */
  store: TokenStore
  /**
   * The undici dispatcher that requests and logins go through. It must not carry this session's interceptor.
   * Default: undici's global dispatcher at the time of the request.
   */
  dispatcher?: Dispatcher | undefined
}

const optionKinds = {
  authenticator: kinds.having<Authenticator>('an authenticator', 'login', 'authorize', 'isReset'),
  store: storeKind,
  dispatcher: kinds.having<Dispatcher>('an undici dispatcher', 'dispatch', 'compose'),
  ...tuningKinds,
}

/**
 * One session with one API, shared with all who use the same store. Logs in when a grant is first needed,
 * and again after a reset: once, whoever is first, while everybody else waits.
 */
export class Session {
  readonly #keeper: Keeper

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: SessionOptions)
  constructor(options: SessionOptions, clock: Clock = systemClock) {
    const {
      authenticator: given,
      store: givenStore,
      dispatcher,
      ...tuning
    } = readOptions('Session', options, optionKinds)
    const authenticator = requireOption('authenticator', given, optionKinds.authenticator)
    const store = requireOption('store', givenStore, optionKinds.store)
    for (const name of ['subject', 'fingerprint'] as const) {
      takeOption(`authenticator.${name}`, authenticator[name], kinds.text())
    }
    const origin = takeOption('authenticator.origin', authenticator.origin, kinds.url())
    if (origin.origin !== authenticator.origin) {
      throw new ConfigurationError(
        'authenticator.origin',
        'scheme, host and port alone, as in https://api.example.com',
        authenticator.origin,
      )
    }
    this.#keeper = new Keeper({
      authenticator,
      store,
      settings: withDefaults(tuning),
      clock,
      dispatcher,
    })
  }

  /** Whose session, free of secrets. */
  get subject(): string {
    return this.#keeper.authenticator.subject
  }

  /**
   * The live grant, logging in only if nobody has.
   *
   * @throws {LoginRefusedError | LoginThrottledError | LoginFailedError} if no login comes about
   * @throws {LatchkeyError} `SESSION_TIMEOUT` after `maxWait`, `SESSION_CLOSED` after `close()`
   * @throws {TokenStoreError} if the store is gone and `storeFailure` is `'fail'`
   * @throws the signal's reason when that is aborted, which disturbs nobody else
   */
  grant({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<Grant> {
    return this.#keeper.grant(signal)
  }

  /**
   * Logs in anew though the live grant may still serve, as where a user asks for it. The others go on with the old
   * one until they see the new, and it is not ended on the server. Logins that are asked for meanwhile are one and the
   * same, and where another process has replaced the grant already, that one is adopted. A grant that no login can
   * replace stays.
   *
   * @throws what {@link grant} does
   */
  refresh({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<Grant> {
    const { authenticator } = this.#keeper
    return authenticator.renewable === false ? this.grant({ signal }) : this.#keeper.refresh(signal)
  }

  /** Reports that a grant met a reset: for HTTP clients that the session does not see. No effect if it is no longer the current one. */
  reject(grant: Grant): Promise<void> {
    return this.#keeper.reject(grant)
  }

  /**
   * For undici: `new Agent().compose(session.interceptor())`. Requests to the authenticator's origin carry
   * the grant and survive resets; others pass untouched. A function as a body is called for each time the
   * request is sent. In `compose` it goes after `interceptors.dns()`, which would hide the origin from it,
   * before `interceptors.retry()`, so that each retry carries a live grant, and before
   * `interceptors.redirect()`, below which it refuses to work: the grant would go wherever a redirect goes.
   */
  interceptor(): Dispatcher.DispatcherComposeInterceptor {
    return sessionInterceptor(this.#keeper)
  }

  /**
   * Like undici's `fetch`, with the session on all requests to the authenticator's origin. Takes a function
   * as a body, too, which is called for each time the request is sent.
   *
   * @throws what {@link grant} does, as it is; {@link SessionResetError} for a body that can't be replayed
   */
  fetch(input: RequestInfo | globalThis.Request, init?: SessionRequestInit | null): Promise<Response> {
    return fetchWithSession(this.#keeper, input, init)
  }

  /**
   * Calls `work` with the live grant, and again with the next one if the outcome is a reset: for any other
   * HTTP client. `work` may run up to `maxReplays` + 1 times.
   */
  run<T>(work: (grant: Grant, context: RunContext) => T | Promise<T>, options?: RunOptions): Promise<T> {
    return runWithSession(this.#keeper, work, options)
  }

  /**
   * The session for one piece of work, a request that a server handles, say: `grant`, `fetch` and `run` through it end
   * with the signal's reason once that is aborted, reading a response's body included. A call's own signal works
   * beside it.
   *
   * @throws {ConfigurationError} for anything but an AbortSignal
   */
  withSignal(signal: AbortSignal): SessionCalls {
    return new BoundSession(this, takeOption('signal', signal, kinds.signal()))
  }

  /** How the session stands, read from the store. Logs nobody in, and carries no secrets. */
  async status(): Promise<SessionStatus> {
    const { clock, settings } = this.#keeper
    return statusOf(await this.#keeper.peek(), {
      subject: this.subject,
      now: clock.now(),
      window: settings.loginBudget.window,
    })
  }

  /**
   * Ends the session on the server and in the store, for everyone who shares it. The next request logs in anew.
   * Works after `close()`, too: close first where work that is still going on must not log in again.
   *
   * @throws {LatchkeyError} `LOGOUT_FAILED` if the server did not confirm it
   * @throws {TokenStoreError} if the store could not be told
   */
  logout(): Promise<void> {
    return this.#keeper.logout()
  }

  /** Lets go of this process's timers and watchers. The session lives on, in the store and for the others. */
  close(): Promise<void> {
    return this.#keeper.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  toJSON(): object {
    return { subject: this.subject }
  }

  [inspect.custom](): string {
    return `Session { subject: ${inspect(this.subject)} }`
  }
}
