import type { Clock } from '../time/clock.ts'
import type { Grant } from '../grant.ts'
import type { LiveGrant } from './live-grant.ts'
import type { Morgue } from './morgue.ts'
import type { StoreLedger } from '../store/ledger.ts'
import { commit, isExpired, restore } from '../rules/rules.ts'
import type { SessionState } from '../rules/state.ts'

const firstPause = 1_000
const longestPause = 30_000

/** How seldom a process in use compares its grant with the store's, ms; each time up to half as much later. */
const lookInterval = 60_000

/** What becomes of the grants. */
export interface ConvergenceHost {
  /** The grant is the fleet's now, as the state holds it. */
  onPublished(grant: Grant, state: SessionState): void
  /** The fleet has another, `shared`. Nobody else knows of `own` if it is `unpublished`, so it is to be ended. */
  onSuperseded(own: Grant, how: 'published' | 'unpublished', state: SessionState, shared: Grant): void
}

export interface ConvergenceParts {
  readonly clock: Clock
  readonly ledger: StoreLedger
  readonly live: LiveGrant
  readonly morgue: Morgue
  readonly host: ConvergenceHost
}

const none: readonly string[] = []
const nothing = (): void => {}

/**
 * Keeps the grant that this process uses and the one in the store the same. A process that logged in on its
 * own, while the store was out of reach, publishes its grant if the fleet has none, and gives it up for the
 * fleet's otherwise. And a store may lose a grant, or come back with an older one, while the grant is in use.
 */
export class Convergence {
  readonly #clock: Clock
  readonly #ledger: StoreLedger
  readonly #live: LiveGrant
  readonly #morgue: Morgue
  readonly #host: ConvergenceHost
  #grant: Grant | undefined
  #isPublished = false
  /** The ids of the grants that it came of while nobody else knew, whose refresh tokens are spent. */
  #ancestors = none
  /** When the store is to be looked into next, if the grant is in use then: monotonic, ms. */
  #lookAt = 0
  #cancel = nothing
  #attempting: Promise<void> | undefined

  constructor({ clock, ledger, live, morgue, host }: ConvergenceParts) {
    this.#clock = clock
    this.#ledger = ledger
    this.#live = live
    this.#morgue = morgue
    this.#host = host
  }

  start(grant: Grant, { published, successorOf }: { published: boolean; successorOf?: string | undefined }): void {
    const further = this.#grant?.id === successorOf && !this.#isPublished ? this.#ancestors : none
    this.stop()
    this.#ancestors = successorOf === undefined ? none : [successorOf, ...further]
    this.#grant = grant
    this.#isPublished = published
    if (published) this.#lookLater()
    else this.#publishLater(grant, firstPause)
  }

  /**
   * The grant serves requests. Without any nobody looks: an idle session costs its store nothing.
   *
   * @param now monotonic, ms
   */
  used(now: number): void {
    const grant = this.#grant
    if (grant === undefined || !this.#isPublished || now < this.#lookAt) return
    this.#lookLater()
    if (this.#live.is(grant)) this.#attempting = this.#compare(grant).catch(nothing)
  }

  /** Returns the grant that the fleet has not got, if there still is one. */
  stop(): Grant | undefined {
    this.#cancel()
    const own = this.#isPublished ? undefined : this.#grant
    this.#grant = undefined
    this.#isPublished = false
    return own !== undefined && this.#live.is(own) ? own : undefined
  }

  /** Like {@link stop}, but not in the middle of publishing: what may be about to be shared must not be ended. */
  async finish(): Promise<Grant | undefined> {
    this.#cancel()
    await this.#attempting
    return this.stop()
  }

  #publishLater(own: Grant, longest: number): void {
    const attempt = (): void => {
      this.#attempting = this.#publish(own, longest)
    }
    this.#cancel = this.#clock.after(longest * (0.5 + this.#clock.random() / 2), attempt, 'background')
  }

  async #publish(own: Grant, longest: number): Promise<void> {
    if (!this.#live.is(own)) return
    try {
      // While the store is out of reach this fails, and the server is not asked for nothing.
      await this.#ledger.read()
      // A reset may have ended it meanwhile, and whoever adopted it would spend a replay on it.
      if (!(await this.#live.isHonoured(own))) return
      const state = await this.#ledger.update((stored) => {
        const current = this.#morgue.bury(stored)
        // A grant that it came of gives way, though it may live: its refresh token is spent.
        const isOlder = this.#ancestors.includes(current.grant?.id ?? '')
        const isTaken = current.grant !== null && !isOlder && !isExpired(current.grant, this.#clock.now())
        if (isTaken || !this.#live.is(own)) return current
        return (
          commit(current, { owner: '', base: current.latest, fresh: own, id: own.id, now: own.issuedAt }) ?? current
        )
      })
      if (!this.#live.is(own) || state.grant === null) return
      if (state.grant.id !== own.id) return this.#host.onSuperseded(own, 'unpublished', state, state.grant)
      this.#host.onPublished(state.grant, state)
      this.start(state.grant, { published: true })
    } catch {
      // The ledger has reported it. Nobody awaits this, so whatever it is must not bring the process down.
      if (this.#live.is(own)) this.#publishLater(own, Math.min(longest * 2, longestPause))
    }
  }

  #lookLater(): void {
    this.#lookAt = this.#clock.monotonic() + lookInterval * (1 + this.#clock.random() / 2)
  }

  async #compare(grant: Grant): Promise<void> {
    const isOld = ({ generation }: SessionState): boolean => generation < grant.generation
    let state = this.#morgue.bury((await this.#ledger.read()).state)
    if (isOld(state) && (await this.#live.isHonoured(grant)))
      state = await this.#ledger.update((stored) =>
        this.#live.is(grant) ? restore(this.#morgue.bury(stored), grant) : stored,
      )
    const { grant: shared } = state
    if (shared === null || shared.id === grant.id || isOld(state) || isExpired(shared, this.#clock.now())) return
    if (this.#live.is(grant)) this.#host.onSuperseded(grant, 'published', state, shared)
  }
}
