import type { RetryAfterFormat } from './options.ts'
import type { BudgetSettings } from './settings.ts'

/** What a user has left, ms of server time. */
interface Account {
  balance: number
  at: number
}

/** Server time per user: each request is charged, and a part comes back by the minute. */
export class ServerTimeBudget {
  readonly #settings: BudgetSettings | undefined
  readonly #clock: () => number
  readonly #byUser = new Map<string, Account>()

  constructor(settings: BudgetSettings | undefined, clock: () => number) {
    this.#settings = settings
    this.#clock = clock
  }

  /** What one request costs, ms. */
  get cost(): number {
    return this.#settings?.cost ?? 0
  }

  get retryAfterFormat(): RetryAfterFormat {
    return this.#settings?.retryAfterFormat ?? 'seconds'
  }

  balance(username: string): number {
    return this.#settings === undefined ? 30_000 : this.#account(username, this.#settings).balance
  }

  /** Charges one request. Returns how long to wait, ms, if nothing is left to charge it to. */
  charge(username: string): number {
    if (this.#settings === undefined) return 0
    const account = this.#account(username, this.#settings)
    if (account.balance <= 0) return (1 - account.balance) / (this.#settings.refill / 60_000)
    account.balance -= this.#settings.cost
    return 0
  }

  #account(username: string, { limit, refill }: BudgetSettings): Account {
    const now = this.#clock()
    const account = this.#byUser.get(username) ?? { balance: limit, at: now }
    account.balance = Math.min(limit, account.balance + ((now - account.at) * refill) / 60_000)
    account.at = now
    this.#byUser.set(username, account)
    return account
  }
}
