import type { Clock } from '../time/clock.ts'
import type { Grant } from '../grant.ts'
import type { StoreLedger } from '../store/ledger.ts'
import { commit, isExpired } from '../rules/rules.ts'
import type { SessionState } from '../rules/state.ts'

const firstPause = 1_000
const longestPause = 30_000

export interface ConvergenceHost {
  readonly clock: Clock
  readonly ledger: StoreLedger
  bury(state: SessionState): SessionState
  isCurrent(grant: Grant): boolean
  /** The grant is the fleet's now. */
  onPublished(state: SessionState): void
  /** The fleet has another; the one this process made for itself is to be ended. */
  onSuperseded(own: Grant, state: SessionState, shared: Grant): void
}

/**
 * Brings a process that logged in on its own, while the store was out of reach, back to the fleet: it
 * publishes its grant if the fleet has none, and gives it up for the fleet's otherwise.
 */
export class Convergence {
  readonly #host: ConvergenceHost
  #own: Grant | undefined
  #cancel = (): void => {}
  #attempting: Promise<void> | undefined

  constructor(host: ConvergenceHost) {
    this.#host = host
  }

  start(own: Grant): void {
    this.stop()
    this.#own = own
    this.#schedule(own, firstPause)
  }

  /** Returns the grant that the fleet has not got, if there still is one. */
  stop(): Grant | undefined {
    this.#cancel()
    const own = this.#own
    this.#own = undefined
    return own !== undefined && this.#host.isCurrent(own) ? own : undefined
  }

  /** Like {@link stop}, but not in the middle of publishing: what may be about to be shared must not be ended. */
  async finish(): Promise<Grant | undefined> {
    this.#cancel()
    await this.#attempting
    return this.stop()
  }

  #schedule(own: Grant, longest: number): void {
    const { clock } = this.#host
    const time = longest * (0.5 + clock.random() / 2)
    const attempt = (): void => {
      this.#attempting = this.#attempt(own, longest)
    }
    this.#cancel = clock.after(time, attempt, 'background')
  }

  async #attempt(own: Grant, longest: number): Promise<void> {
    const { clock, ledger, bury, isCurrent, onPublished, onSuperseded } = this.#host
    if (!isCurrent(own)) return
    try {
      const state = await ledger.update((stored) => {
        const current = bury(stored)
        const isTaken = current.grant !== null && !isExpired(current.grant, clock.now())
        if (isTaken || !isCurrent(own)) return current
        return (
          commit(current, { owner: '', base: current.latest, fresh: own, id: own.id, now: own.issuedAt }) ?? current
        )
      })
      if (!isCurrent(own) || state.grant === null) return
      this.#own = undefined
      if (state.grant.id === own.id) onPublished(state)
      else onSuperseded(own, state, state.grant)
    } catch {
      // The ledger has reported it. Nobody awaits this, so whatever it is must not bring the process down.
      if (isCurrent(own)) this.#schedule(own, Math.min(longest * 2, longestPause))
    }
  }
}
