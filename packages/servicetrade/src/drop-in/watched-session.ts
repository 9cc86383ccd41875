import { type Authenticator, type Grant, LoginError, Session, type TokenStore } from '@latchkey/core'
import type { Answer } from '../exchange.ts'
import { blankResponse } from './answer.ts'
import { toFailure } from './failures.ts'
import { HttpError } from './http-error.ts'
import { type Observation, Observed } from './observed.ts'

export interface WatchedSessionOptions extends Observation {
  readonly authenticator: Authenticator
  readonly store: TokenStore
  /** Where logins go, for errors about them. */
  readonly loginPath: string
  /** The status that a refusal of credentials has. */
  readonly refusedStatus: number
  /** What the server may quote in an answer to a login, and must not be shown. */
  readonly secrets: readonly string[]
}

/** A session whose logins and failures can be handed on as the SDKs do. */
export class WatchedSession {
  readonly session: Session
  readonly #observed: Observed
  readonly #options: WatchedSessionOptions
  #lastFailure: { code: string; answer: Answer | undefined } | undefined

  constructor(options: WatchedSessionOptions) {
    const { authenticator, store } = options
    this.#options = options
    this.#observed = new Observed(authenticator, options)
    this.session = new Session({ authenticator: this.#observed, store })
  }

  /** How often this process has logged in. */
  get logins(): number {
    return this.#observed.logins
  }

  /** The answer to the login that the grant came of; `undefined` if this process did not log in for it. */
  answerFor(grant: Grant): Answer | undefined {
    return this.#observed.answerFor(grant)
  }

  /** Does what needs the session, and fails as the SDKs do. */
  async guard<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await work(this.session)
    } catch (error) {
      throw this.#explain(error)
    }
  }

  #explain(error: unknown): unknown {
    const { loginPath, refusedStatus } = this.#options
    const secrets = [...this.#options.secrets, ...this.#observed.secrets]
    if (error instanceof HttpError && error.response !== undefined) {
      const { message, code, config, cause } = error
      return new HttpError({ message, code, config, cause, response: blankResponse(error.response, secrets) })
    }
    let answer = this.#observed.answerTo(error)
    if (error instanceof LoginError) {
      // A hold that was met later tells what kind of failure it is due to, but not what the server said.
      if (error.cause !== undefined) this.#lastFailure = { code: error.code, answer }
      else if (this.#lastFailure?.code === error.code) answer = this.#lastFailure.answer
    }
    const method = error instanceof LoginError ? 'POST' : 'DELETE'
    return toFailure(error, { answer, config: { method, url: loginPath }, refusedStatus, secrets })
  }
}
