import type { Grant, Session, TokenStore } from '@latchkey/core'
import type { SessionAuthenticator } from '../authenticators/session-authenticator.ts'
import type { Announcer } from '../drop-in/announcer.ts'
import { dataOf } from '../drop-in/answer.ts'
import { WatchedSession } from '../drop-in/watched-session.ts'
import { type Callbacks, SessionEvents } from './session-events.ts'

export interface AccountParts {
  readonly store: TokenStore
  readonly announcer: Announcer
  readonly callbacks: Callbacks
  /** Sent with logins. */
  readonly headers: () => Readonly<Record<string, string>>
}

/** One user's login, and the session that it yields. */
export class Account {
  readonly watched: WatchedSession
  readonly events: SessionEvents
  readonly #authenticator: SessionAuthenticator

  constructor(
    authenticator: SessionAuthenticator,
    password: string,
    { store, announcer, callbacks, headers }: AccountParts,
  ) {
    this.#authenticator = authenticator
    this.events = new SessionEvents(announcer, callbacks)
    this.watched = new WatchedSession({
      authenticator,
      store,
      headers,
      onUse: (grant) => this.met(grant),
      loginPath: '/auth',
      refusedStatus: 403,
      secrets: [password],
    })
  }

  get fingerprint(): string {
    return this.#authenticator.fingerprint
  }

  isReset(...verdict: Parameters<SessionAuthenticator['isReset']>): boolean {
    return this.#authenticator.isReset(...verdict)
  }

  /** Does what needs the session, and fails as the SDK does. */
  async guard<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await this.watched.guard(work)
    } catch (error) {
      this.events.onFailure(error)
      throw error
    }
  }

  async logOut(): Promise<void> {
    await this.guard((session) => session.logout())
    this.events.onLogout()
  }

  met(grant: Grant): void {
    this.events.onUse(grant, () => this.loginData(grant))
  }

  /** What the login said that the grant came of; `undefined` if another process logged in. */
  loginData(grant: Grant): unknown {
    const answer = this.watched.answerFor(grant)
    return answer === undefined ? undefined : dataOf(answer.text)
  }
}
