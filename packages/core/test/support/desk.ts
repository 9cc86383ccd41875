import {
  type Authenticator,
  defaultDispatcher,
  type FreshGrant,
  type LoginContext,
  LoginRefusedError,
  LoginThrottledError,
  Session,
  type SessionOptions,
} from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { VirtualClock } from './virtual-clock.ts'

// undici is loaded with the first login, which takes real time that no virtual clock waits for.
await defaultDispatcher()

/** One call of login(), to be answered when and as a test likes. */
export class Attempt {
  readonly context: LoginContext
  readonly token: string
  readonly answer: Promise<FreshGrant>
  readonly #live: Set<string>
  readonly #settle: PromiseWithResolvers<FreshGrant>

  constructor(context: LoginContext, token: string, live: Set<string>) {
    this.context = context
    this.token = token
    this.#live = live
    this.#settle = Promise.withResolvers()
    this.answer = this.#settle.promise
  }

  grant(extra: Partial<FreshGrant> = {}): void {
    this.#live.add(this.token)
    this.#settle.resolve({ token: this.token, ...extra })
  }

  fail(error: unknown): void {
    this.#settle.reject(error)
  }

  refuse(): void {
    this.fail(new LoginRefusedError('Wrong password'))
  }

  throttle(retryAfter?: number): void {
    this.fail(new LoginThrottledError('Too many logins', { retryAfter }))
  }
}

/** An API's login desk, without the network: knows which tokens are live and who asked for them. */
export class Desk {
  readonly clock = new VirtualClock()
  readonly live = new Set<string>()
  readonly attempts: Attempt[] = []
  readonly loggedOut: string[] = []
  /** How attempts are answered. Default: with a grant, at once. */
  answer: (attempt: Attempt) => void = (attempt) => attempt.grant()

  get last(): Attempt {
    return this.attempts.at(-1)!
  }

  authenticator(overrides: Partial<Authenticator> = {}): Authenticator {
    return {
      subject: 'desk.example/user',
      origin: 'https://desk.example',
      fingerprint: 'first-password',
      login: (context) => {
        const attempt = new Attempt(context, `token-${this.attempts.length + 1}`, this.live)
        this.attempts.push(attempt)
        this.answer(attempt)
        return attempt.answer
      },
      logout: async ({ token }) => {
        this.live.delete(token)
        this.loggedOut.push(token)
      },
      authorize: ({ token }) => ({ authorization: `Bearer ${token}` }),
      isReset: ({ statusCode }) => statusCode === 401,
      ...overrides,
    }
  }

  /** A session on this desk's clock. */
  session(options: Partial<SessionOptions> = {}): Session {
    const complete = { authenticator: this.authenticator(), store: new MemoryTokenStore(), ...options }
    return Reflect.construct(Session, [complete, this.clock]) as Session
  }
}
