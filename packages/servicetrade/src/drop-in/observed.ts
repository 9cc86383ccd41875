import type {
  Authenticator,
  AuthenticatorContext,
  FreshGrant,
  Grant,
  LoginContext,
  ResetRequest,
  ResetResponse,
} from '@latchkey/core'
import type { Answer } from '../exchange.ts'
import { Recorder } from './recorder.ts'

/** A request may be answered late, when its token was replaced. */
const mostSecrets = 16

export interface Observation {
  /** Called each time that a grant is put on a request, so it must not throw. */
  readonly onUse: (grant: Grant) => void
  /** Sent with the authenticator's own requests. */
  readonly headers: () => Readonly<Record<string, string>>
}

/** An authenticator that remembers what the server said to it, which the session hands on to nobody. */
export class Observed implements Authenticator {
  readonly subject: string
  readonly origin: string
  readonly fingerprint: string
  readonly renewable: boolean
  readonly revocable: boolean
  readonly logout?: NonNullable<Authenticator['logout']>
  readonly probe?: NonNullable<Authenticator['probe']>
  readonly #inner: Authenticator
  readonly #observation: Observation
  readonly #answers = new WeakMap<object, Answer>()
  #login: { token: string; answer: Answer | undefined } | undefined
  readonly #secrets = new Set<string>()
  #logins = 0

  constructor(inner: Authenticator, observation: Observation) {
    this.#inner = inner
    this.#observation = observation
    this.subject = inner.subject
    this.origin = inner.origin
    this.fingerprint = inner.fingerprint
    this.renewable = inner.renewable ?? true
    this.revocable = inner.revocable ?? true
    if (inner.logout !== undefined)
      this.logout = (grant, context) => this.#record(context, (own) => inner.logout!(grant, own))
    if (inner.probe !== undefined)
      this.probe = (grant, context) => this.#record(context, (own) => inner.probe!(grant, own))
  }

  /** How often this process has logged in. */
  get logins(): number {
    return this.#logins
  }

  /** The tokens that the server was sent of late, and may quote. */
  get secrets(): readonly string[] {
    return [...this.#secrets]
  }

  /** The answer to the login that the grant came of; `undefined` if this process did not log in for it. */
  answerFor({ token }: Grant): Answer | undefined {
    return this.#login?.token === token ? this.#login.answer : undefined
  }

  /** The answer that an error, or what lies underneath it, is about. */
  answerTo(error: unknown): Answer | undefined {
    for (let one = error; Object(one) === one; one = (one as Error).cause) {
      const answer = this.#answers.get(one as object)
      if (answer !== undefined) return answer
    }
    return undefined
  }

  async login(context: LoginContext): Promise<FreshGrant> {
    const recorder = new Recorder(this.#observation.headers())
    this.#remember(context.previous?.refreshToken)
    const fresh = await this.#record(context, (own) => this.#inner.login(own), recorder)
    this.#login = { token: fresh.token, answer: recorder.answer }
    this.#logins += 1
    return fresh
  }

  authorize(grant: Grant): Record<string, string> {
    this.#observation.onUse(grant)
    this.#remember(grant.token)
    return this.#inner.authorize(grant)
  }

  isReset(response: ResetResponse, request: ResetRequest): boolean {
    return this.#inner.isReset(response, request)
  }

  #remember(secret: string | undefined): void {
    if (secret !== undefined) this.#secrets.add(secret)
    const [oldest] = this.#secrets
    if (this.#secrets.size > mostSecrets && oldest !== undefined) this.#secrets.delete(oldest)
  }

  async #record<C extends AuthenticatorContext, T>(
    context: C,
    act: (context: C) => Promise<T>,
    recorder = new Recorder(this.#observation.headers()),
  ): Promise<T> {
    const dispatcher = context.dispatcher.compose(recorder.interceptor())
    try {
      return await act({ ...context, dispatcher })
    } catch (error) {
      if (recorder.answer !== undefined && Object(error) === error) this.#answers.set(error as object, recorder.answer)
      throw error
    }
  }
}
