import type { Caller, DropInCall } from '../drop-in/caller.ts'
import type { Account } from './account.ts'
import { end, type Given, headersOf, isDead, isHonoured, isNothing } from './given.ts'

export type Call = DropInCall & { readonly isSpentOnce?: boolean }

const nothing: Given = {}

export interface AccessOptions {
  readonly caller: Caller
  readonly account: Account | undefined
  readonly given: Given
  /** Whether nothing but `logIn` logs in, and a 401 is the caller's. */
  readonly isManual: boolean
  readonly onReset: () => void
}

/**
 * What requests go with: what was given by hand as long as that is good, and the account's session from then on.
 */
export class Access {
  readonly #options: AccessOptions
  readonly #proved = new WeakSet<object>()
  #account: Account | undefined
  #given: Given

  constructor(options: AccessOptions) {
    this.#options = options
    this.#account = options.account
    this.#given = options.given
  }

  get account(): Account | undefined {
    return this.#account
  }

  /** Beside a bearer token. `undefined` takes it away. */
  giveCookie(cookie: string | undefined): void {
    this.#given = { cookie, bearer: this.#given.bearer }
  }

  /** Beside a cookie. `undefined` takes it away. */
  giveBearer(bearer: string | undefined): void {
    this.#given = { ...this.#given, bearer }
  }

  async send({ isSpentOnce = false, ...call }: Call): Promise<unknown> {
    const given = this.#given
    const account = this.#account
    const { caller, isManual } = this.#options
    if (account === undefined) return this.#sendGiven(call, given)
    if (isManual) return this.#sendManually(call, given, account)
    if (isNothing(given)) return account.guard((session) => caller.send(call, session))
    if (!isSpentOnce || (await isHonoured(given, caller, account))) {
      try {
        return await this.#sendGiven(call, given)
      } catch (error) {
        if (!isDead(given, error, account)) throw error
        this.#lose(given)
        if (isSpentOnce) throw error
      }
    } else this.#lose(given)
    return this.send({ isSpentOnce, ...call })
  }

  /** From now on requests go with the account's session. Resolves to what the server says of it. */
  logIn(account: Account): Promise<unknown> {
    const { caller, isManual } = this.#options
    const { watched } = account
    return account.guard(async (session) => {
      const before = watched.logins
      let grant = await session.grant()
      account.met(grant)
      // One that was there already is asked about, which finds the next one if it is dead.
      const fresh = watched.logins > before ? account.loginData(grant) : undefined
      const data = fresh ?? (await caller.send({ method: 'GET', path: '/auth' }, session))
      grant = await session.grant()
      this.#account = account
      this.#given = isManual ? { cookie: `PHPSESSID=${grant.token}`, grant } : nothing
      return data
    })
  }

  async logOut(): Promise<void> {
    const given = this.#given
    if (isNothing(given) || given.grant !== undefined) {
      this.#forget(given)
      await this.#account?.logOut()
    } else {
      await end(given, this.#options.caller)
      this.#forget(given)
    }
  }

  #sendGiven(call: DropInCall, given: Given): Promise<unknown> {
    return this.#options.caller.send({ ...call, headers: { ...call.headers, ...headersOf(given) } })
  }

  async #sendManually(call: DropInCall, given: Given, account: Account): Promise<unknown> {
    const { grant } = given
    const { session } = account.watched
    try {
      const data = await this.#sendGiven(call, given)
      // Not once it was lost or ended meanwhile, or this would log in for the next.
      if (grant !== undefined && this.#given === given && !this.#proved.has(grant)) {
        this.#proved.add(grant)
        // The session does not see these requests, and takes resets of sessions that never worked for a bad sign.
        session.run(() => {}, { isReset: () => false }).catch(() => {})
      }
      return data
    } catch (error) {
      if (grant !== undefined && isDead(given, error, account)) {
        this.#forget(given)
        await session.reject(grant)
      }
      throw error
    }
  }

  /** Something given by hand met a reset, whoever is the first to tell. */
  #lose(given: Given): void {
    if (this.#given === given) this.#options.onReset()
    this.#forget(given)
  }

  #forget(given: Given): void {
    if (this.#given === given) this.#given = nothing
  }
}
