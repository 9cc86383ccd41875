import { LatchkeyError } from '@latchkey/core'
import type { Caller, DropInCall } from '../drop-in/caller.ts'
import type { Account } from './account.ts'
import type { Tokens } from './tokens.ts'

export interface AccessOptions {
  readonly caller: Caller
  readonly tokens: Tokens
  /** `undefined` if there are no credentials but a token. */
  readonly account: Account | undefined
  /** The access token to start with. */
  readonly token: string | undefined
  /** Whether nothing but `logIn` logs in, and a 401 is the caller's. */
  readonly isManual: boolean
}

/** What requests go with: the session's token, or the one in hand where nothing logs in by itself. */
export class Access {
  readonly #options: AccessOptions
  #token: string | undefined
  #logouts = 0

  constructor(options: AccessOptions) {
    this.#options = options
    this.#token = options.token
  }

  send(call: DropInCall): Promise<unknown> {
    const { caller, account, isManual } = this.#options
    if (account !== undefined && !isManual) return account.watched.guard((session) => caller.send(call, session))
    const authorization = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }
    return caller.send({ ...call, headers: { ...call.headers, ...authorization } })
  }

  async logIn(): Promise<void> {
    const { account, tokens } = this.#options
    if (account === undefined) {
      throw new Error(
        'No credentials available to authenticate. Provide clientId/clientSecret or clientId/refreshToken.',
      )
    }
    const before = this.#token
    const logouts = this.#logouts
    const grant = await account.watched.guard(async (session) => {
      const next = await session.refresh()
      // A session begins with the token that was given, and another client of the store may have begun one with it.
      return next.token === before ? session.refresh() : next
    })
    // What a logout has overtaken is ended by it.
    if (logouts === this.#logouts) this.#token = grant.token
    tokens.met(grant)
  }

  /** @throws {TokenStoreError} if the store could not be told */
  async logOut(): Promise<void> {
    const { account } = this.#options
    this.#token = undefined
    this.#logouts += 1
    if (account === undefined) return
    try {
      await account.watched.session.logout()
    } catch (error) {
      if (!(error instanceof LatchkeyError && error.code === 'LOGOUT_FAILED')) throw error
    } finally {
      await account.authenticator.loggedOut()
    }
  }

  async close(): Promise<void> {
    await this.#options.account?.watched.session.close()
  }
}
