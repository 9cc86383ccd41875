import type { Clock } from '../time/clock.ts'
import type { Grant } from '../grant.ts'
import type { StoreLedger } from '../store/ledger.ts'
import { commit, isExpired, restore } from '../rules/rules.ts'
import type { SessionState } from '../rules/state.ts'

const firstPause = 1_000
const longestPause = 30_000

/** How often a process in use compares its grant with the store's, ms; each time up to half as much later. */
const lookInterval = 60_000

export interface ConvergenceHost {
  readonly clock: Clock
  readonly ledger: StoreLedger
  bury(state: SessionState): SessionState
  isCurrent(grant: Grant): boolean
  /** Whether the server honours the grant, as far as can be known. One that it does not is declared dead. */
  isHonoured(grant: Grant): Promise<boolean>
  /** The grant is the fleet's now, as the state holds it. */
  onPublished(grant: Grant, state: SessionState): void
  /** The fleet has another, `shared`. Nobody else knows of `own` if it is `unpublished`, so it is to be ended. */
  onSuperseded(own: Grant, how: 'published' | 'unpublished', state: SessionState, shared: Grant): void
}

/**
 * Keeps the grant that this process uses and the one in the store the same. A process that logged in on its
 * own, while the store was out of reach, publishes its grant if the fleet has none, and gives it up for the
 * fleet's otherwise. And a store may lose a grant, or come back with an older one, while the grant is in use.
 */
export class Convergence {
  readonly #host: ConvergenceHost
  #grant: Grant | undefined
  #isPublished = false
  /** The ids of the grants that it came of while nobody else knew, whose refresh tokens are spent. */
  #ancestors: readonly string[] = []
  #isUsed = false
  #isWatchful = false
  #cancel = (): void => {}
  #attempting: Promise<void> | undefined

  constructor(host: ConvergenceHost) {
    this.#host = host
  }

  start(grant: Grant, { published, successorOf }: { published: boolean; successorOf?: string | undefined }): void {
    const further = this.#grant?.id === successorOf && !this.#isPublished ? this.#ancestors : []
    this.stop()
    this.#ancestors = successorOf === undefined ? [] : [successorOf, ...further]
    this.#grant = grant
    this.#isPublished = published
    if (published) this.used()
    else this.#publishLater(grant, firstPause)
  }

  /** The grant serves a request. Without requests nobody looks: an idle session costs its store nothing. */
  used(): void {
    if (!this.#isWatchful && this.#isPublished) this.#lookLater()
    this.#isUsed = true
  }

  /** Returns the grant that the fleet has not got, if there still is one. */
  stop(): Grant | undefined {
    this.#cancel()
    const own = this.#isPublished ? undefined : this.#grant
    this.#grant = undefined
    this.#isPublished = false
    this.#isWatchful = false
    return own !== undefined && this.#host.isCurrent(own) ? own : undefined
  }

  /** Like {@link stop}, but not in the middle of publishing: what may be about to be shared must not be ended. */
  async finish(): Promise<Grant | undefined> {
    this.#cancel()
    await this.#attempting
    return this.stop()
  }

  #publishLater(own: Grant, longest: number): void {
    const { clock } = this.#host
    const attempt = (): void => {
      this.#attempting = this.#publish(own, longest)
    }
    this.#cancel = clock.after(longest * (0.5 + clock.random() / 2), attempt, 'background')
  }

  async #publish(own: Grant, longest: number): Promise<void> {
    const { clock, ledger, bury, isCurrent, isHonoured, onPublished, onSuperseded } = this.#host
    if (!isCurrent(own)) return
    try {
      // While the store is out of reach this fails, and the server is not asked for nothing.
      await ledger.read()
      // A reset may have ended it meanwhile, and whoever adopted it would spend a replay on it.
      if (!(await isHonoured(own))) return
      const state = await ledger.update((stored) => {
        const current = bury(stored)
        // A grant that it came of gives way, though it may live: its refresh token is spent.
        const isOlder = this.#ancestors.includes(current.grant?.id ?? '')
        const isTaken = current.grant !== null && !isOlder && !isExpired(current.grant, clock.now())
        if (isTaken || !isCurrent(own)) return current
        return (
          commit(current, { owner: '', base: current.latest, fresh: own, id: own.id, now: own.issuedAt }) ?? current
        )
      })
      if (!isCurrent(own) || state.grant === null) return
      if (state.grant.id !== own.id) return onSuperseded(own, 'unpublished', state, state.grant)
      onPublished(state.grant, state)
      this.start(state.grant, { published: true })
    } catch {
      // The ledger has reported it. Nobody awaits this, so whatever it is must not bring the process down.
      if (isCurrent(own)) this.#publishLater(own, Math.min(longest * 2, longestPause))
    }
  }

  #lookLater(): void {
    const { clock } = this.#host
    this.#isUsed = false
    this.#isWatchful = true
    this.#cancel = clock.after(lookInterval * (1 + clock.random() / 2), () => void this.#look(), 'background')
  }

  async #look(): Promise<void> {
    const grant = this.#grant
    this.#isWatchful = false
    if (grant === undefined || !this.#isUsed || !this.#host.isCurrent(grant)) return
    await this.#compare(grant).catch(() => {})
    if (this.#grant === grant) this.#lookLater()
  }

  async #compare(grant: Grant): Promise<void> {
    const { clock, ledger, bury, isCurrent, isHonoured, onSuperseded } = this.#host
    const isOld = ({ generation }: SessionState): boolean => generation < grant.generation
    let state = bury((await ledger.read()).state)
    if (isOld(state) && (await isHonoured(grant)))
      state = await ledger.update((stored) => (isCurrent(grant) ? restore(bury(stored), grant) : stored))
    const { grant: shared } = state
    if (shared === null || shared.id === grant.id || isOld(state) || isExpired(shared, clock.now())) return
    if (isCurrent(grant)) onSuperseded(grant, 'published', state, shared)
  }
}
