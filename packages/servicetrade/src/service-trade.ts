import { kinds, readOptions, Session, type SessionOptions, takeOption } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { systemClock } from './clock.ts'
import { createAuthenticator } from './authenticators/credentials.ts'
import { optionKinds, type ServiceTradeOptions, serviceTradeDefaults } from './options.ts'
import { PacedServerTime } from './paced-server-time.ts'
import { Requester } from './request.ts'
import { ServerTime } from './server-time.ts'
import { ServiceTradeCalls } from './service-trade-calls.ts'

/** A client of ServiceTrade's API with one session, shared with all who use the same store. */
export class ServiceTrade extends ServiceTradeCalls<Session> {
  readonly #requester: Requester

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: ServiceTradeOptions) {
    const {
      username,
      password,
      clientId,
      clientSecret,
      refreshToken,
      token,
      baseUrl,
      userAgent = serviceTradeDefaults.userAgent,
      maxRetryAfter = serviceTradeDefaults.maxRetryAfter,
      headers,
      pace,
      store = new MemoryTokenStore(),
      ...tuning
    } = readOptions('ServiceTrade', options, optionKinds)
    const authenticator = createAuthenticator(
      { username, password, clientId, clientSecret, refreshToken, token },
      { baseUrl, userAgent },
    )
    const sessionOptions = { ...tuning, authenticator, store } as SessionOptions
    const session = new Session(sessionOptions)
    const { dispatcher } = sessionOptions
    const { origin } = authenticator
    const requester = new Requester({
      session,
      origin,
      userAgent,
      headers,
      serverTime: pace === undefined ? new ServerTime() : new PacedServerTime(pace, systemClock),
      maxRetryAfter,
      dispatcher,
    })
    super({ session, requester })
    this.#requester = requester
  }

  /**
   * The client for one piece of work, a request that a server handles, say: all calls through it, and through its
   * `session`, end with the signal's reason once that is aborted. A call's own `signal` works beside it. Costs
   * next to nothing, and needs no closing.
   *
   * @throws {ConfigurationError} for anything but an AbortSignal
   */
  withSignal(signal: AbortSignal): ServiceTradeCalls {
    takeOption('signal', signal, kinds.signal())
    return new ServiceTradeCalls({ session: this.session.withSignal(signal), requester: this.#requester, signal })
  }

  /**
   * Ends the session on the server and in the store, for everyone who shares it. The next call logs in anew.
   *
   * @throws what {@link Session.logout} does
   */
  logout(): Promise<void> {
    return this.session.logout()
  }

  /** Lets go of what this process holds. Logs nobody out. */
  close(): Promise<void> {
    this.#requester.close()
    return this.session.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
