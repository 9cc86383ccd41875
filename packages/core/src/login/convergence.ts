import type { Clock } from '../time/clock.ts'
import { TokenStoreError } from '../errors.ts'
import { Grant } from '../grant.ts'
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
  onPublished(grant: Grant): void
  /** The fleet has another; the one this process made for itself is to be ended. */
  onSuperseded(own: Grant, shared: Grant): void
}

/**
 * Brings a process that logged in on its own, while the store was out of reach, back to the fleet: it
 * publishes its grant if the fleet has none, and gives it up for the fleet's otherwise.
 */
export class Convergence {
  readonly #host: ConvergenceHost
  #cancel = (): void => {}

  constructor(host: ConvergenceHost) {
    this.#host = host
  }

  start(own: Grant): void {
    this.stop()
    this.#schedule(own, firstPause)
  }

  stop(): void {
    this.#cancel()
  }

  #schedule(own: Grant, longest: number): void {
    const { clock } = this.#host
    const time = longest * (0.5 + clock.random() / 2)
    this.#cancel = clock.after(time, () => void this.#attempt(own, longest), 'background')
  }

  async #attempt(own: Grant, longest: number): Promise<void> {
    const { clock, ledger, bury, isCurrent, onPublished, onSuperseded } = this.#host
    if (!isCurrent(own)) return
    try {
      const { grant } = await ledger.update((stored) => {
        const state = bury(stored)
        const taken = state.grant !== null && !isExpired(state.grant, clock.now())
        if (taken || !isCurrent(own)) return state
        return commit(state, { owner: '', base: state.latest, fresh: own, id: own.id, now: own.issuedAt }) ?? state
      })
      if (!isCurrent(own) || grant === null) return
      if (grant.id === own.id) onPublished(grant)
      else onSuperseded(own, grant)
    } catch (error) {
      if (!(error instanceof TokenStoreError)) throw error
      if (isCurrent(own)) this.#schedule(own, Math.min(longest * 2, longestPause))
    }
  }
}
