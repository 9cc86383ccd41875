import type { Clock } from '../time/clock.ts'
import { publish } from '../diagnostics.ts'
import type { Grant } from '../grant.ts'
import { recentLogins, reject } from '../rules/rules.ts'
import type { SessionState } from '../rules/state.ts'

const most = 16

export interface MorgueOptions {
  readonly subject: string
  readonly clock: Clock
  /** Of the login budget, ms. */
  readonly window: number
}

/**
 * The grants that this process saw die. A store that was out of reach then may still offer one of them
 * later, and must not be believed.
 */
export class Morgue {
  readonly #options: MorgueOptions
  readonly #dead = new Map<string, { worked: boolean }>()
  readonly #unreported: { grant: Grant; worked: boolean; at: number }[] = []

  constructor(options: MorgueOptions) {
    this.#options = options
  }

  add(grant: Grant, worked: boolean): void {
    if (this.#dead.has(grant.id)) return
    this.#dead.set(grant.id, { worked })
    this.#unreported.push({ grant, worked, at: this.#options.clock.now() })
    const [oldest] = this.#dead.keys()
    if (this.#dead.size > most && oldest !== undefined) this.#dead.delete(oldest)
  }

  /** The state without a grant that is known to be dead. */
  bury(state: SessionState): SessionState {
    const now = this.#options.clock.now()
    let buried = state
    for (const [id, { worked }] of this.#dead) buried = reject(buried, id, { worked, now })
    return buried
  }

  /** Publishes the resets met since the last report, with what the fleet's state says of logins. */
  report(state: SessionState | undefined): void {
    const { subject, window } = this.#options
    for (const { grant, worked, at } of this.#unreported.splice(0)) {
      publish('latchkey:reset', () => ({
        subject,
        generation: grant.generation,
        age: Math.max(0, at - grant.issuedAt),
        worked,
        recentLogins: state === undefined ? undefined : recentLogins(state, at, window).length,
      }))
    }
  }
}
