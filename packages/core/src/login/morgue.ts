import { publish } from '../diagnostics.ts'
import type { Grant } from '../grant.ts'
import type { Parts } from './parts.ts'
import { recentLogins, reject } from '../rules/rules.ts'
import type { SessionState } from '../rules/state.ts'

const most = 16

/**
 * The grants that this process saw die. A store that was out of reach then may still offer one of them
 * later, and must not be believed.
 */
export class Morgue {
  readonly #parts: Parts
  /** Not before there is one: most sessions of a process never see a grant die. */
  #dead: Map<string, { worked: boolean }> | undefined
  #unreported: { grant: Grant; worked: boolean; at: number }[] | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  add(grant: Grant, worked: boolean): void {
    const dead = (this.#dead ??= new Map())
    if (dead.has(grant.id)) return
    dead.set(grant.id, { worked })
    this.#unreported ??= []
    this.#unreported.push({ grant, worked, at: this.#parts.clock.now() })
    const [oldest] = dead.keys()
    if (dead.size > most && oldest !== undefined) dead.delete(oldest)
  }

  /** The state without a grant that is known to be dead. */
  bury(state: SessionState): SessionState {
    if (this.#dead === undefined) return state
    const now = this.#parts.clock.now()
    let buried = state
    for (const [id, { worked }] of this.#dead) buried = reject(buried, id, { worked, now })
    return buried
  }

  /** Publishes the resets met since the last report, with what the fleet's state says of logins. */
  report(state: SessionState | undefined): void {
    const { authenticator, settings } = this.#parts
    const { subject } = authenticator
    const { window } = settings.loginBudget
    const unreported = this.#unreported ?? []
    this.#unreported = undefined
    for (const { grant, worked, at } of unreported) {
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
