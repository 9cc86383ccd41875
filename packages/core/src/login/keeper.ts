import type { Dispatcher } from 'undici'
import { Authenticating } from './authenticating.ts'
import type { Authenticator } from '../authenticator.ts'
import { Background } from './background.ts'
import type { Clock } from '../time/clock.ts'
import { Convergence, type ConvergenceHost } from './convergence.ts'
import { publish } from '../diagnostics.ts'
import { TokenStoreError } from '../errors.ts'
import type { Grant } from '../grant.ts'
import { LocalLedger, StoreLedger } from '../store/ledger.ts'
import { closedError } from './login-errors.ts'
import { endForEveryone, endGrant } from './logout.ts'
import { LiveGrant } from './live-grant.ts'
import { Morgue } from './morgue.ts'
import type { Parts, Settings } from './parts.ts'
import { type Found, longestPollOf, pursue } from './pursuit.ts'
import { confirm, isExpired, refreshAt } from '../rules/rules.ts'
import { SharedPursuit } from './shared-pursuit.ts'
import { Sightings } from './sightings.ts'
import { emptyState, type SessionState } from '../rules/state.ts'
import type { TokenStore } from '../token-store.ts'

export interface KeeperOptions {
  readonly authenticator: Authenticator
  readonly store: TokenStore
  readonly settings: Settings
  readonly clock: Clock
  /** Where the authenticator's requests go. */
  readonly dispatcher: Dispatcher | undefined
}

/** Keeps one session's grant for one process: knows the live one, and finds another when it dies. */
export class Keeper implements ConvergenceHost {
  readonly #parts: Parts
  readonly #ledger: StoreLedger
  readonly #morgue: Morgue
  readonly #live: LiveGrant
  readonly #convergence: Convergence
  /** In the middle of a search only: a process may have many sessions. */
  #sightings: Sightings | undefined
  #local: LocalLedger | undefined
  #known: SessionState = emptyState
  #pursuit: SharedPursuit | undefined
  /** Monotonic, ms, after a refresh ahead that failed. */
  #refreshNotBefore: number | undefined
  #closed = false

  constructor({ authenticator, store, settings, clock, dispatcher }: KeeperOptions) {
    const authenticating = new Authenticating(dispatcher)
    const background = new Background(authenticator.subject)
    this.#parts = { authenticator, store, settings, clock, authenticating, background }
    const ledger = new StoreLedger(this.#parts)
    const morgue = new Morgue(this.#parts)
    const live = new LiveGrant(this.#parts, morgue)
    this.#ledger = ledger
    this.#morgue = morgue
    this.#live = live
    this.#convergence = new Convergence({ clock, ledger, live, morgue, host: this })
  }

  get authenticating(): Authenticating {
    return this.#parts.authenticating
  }

  get authenticator(): Authenticator {
    return this.#parts.authenticator
  }

  get settings(): Settings {
    return this.#parts.settings
  }

  get clock(): Clock {
    return this.#parts.clock
  }

  /** The live grant, if this process has one: no promise, no store. */
  live(): Grant | undefined {
    const grant = this.#closed ? undefined : this.#live.current
    if (grant?.expiresAt === undefined || this.authenticator.renewable === false) return grant
    const now = this.clock.now()
    if (now >= refreshAt(grant, this.settings.refreshAhead)) this.#refresh(grant)
    return isExpired(grant, now) ? undefined : grant
  }

  /** The live grant, once there is one. */
  async grant(signal?: AbortSignal | null): Promise<Grant> {
    signal?.throwIfAborted()
    if (this.#closed) throw closedError(this.authenticator.subject)
    this.used()
    return this.live() ?? (this.#pursuit ?? this.#pursue()).join(signal)
  }

  /** A new grant in the place of the live one, which serves until then. One login for all who ask meanwhile. */
  async refresh(signal?: AbortSignal): Promise<Grant> {
    signal?.throwIfAborted()
    if (this.#closed) throw closedError(this.authenticator.subject)
    const replacing = this.live()?.id
    return (this.#pursuit ?? this.#pursue(replacing)).join(signal)
  }

  /**
   * The grant that follows `dead`. Nobody logs in for one that was replaced already.
   *
   * @param sure the server is asked first, unless the grant worked a moment ago: for who was misled before
   */
  async replace(dead: Grant, { signal, sure = false }: { signal?: AbortSignal; sure?: boolean } = {}): Promise<Grant> {
    this.#live.declareDead(dead)
    const next = await this.grant(signal)
    return sure ? this.verified(next, signal) : next
  }

  /** Removes a grant for everyone, if it is still the current one. */
  async reject(dead: Grant): Promise<void> {
    this.#live.declareDead(dead)
    if (this.#live.current !== undefined) return
    try {
      this.#onRead(await this.#ledger.update((state) => this.#morgue.bury(state)))
    } catch (error) {
      // Not lost: whoever looks for a grant next buries it first.
      if (!(error instanceof TokenStoreError)) throw error
      this.#onRead(undefined)
    }
  }

  /** A request was served with the grant. Runs for each of them, so the clock is read once. */
  proved(grant: Grant): void {
    const now = this.clock.monotonic()
    if (this.#live.proved(grant, now))
      this.#parts.background.add(this.#ledger.update((state) => confirm(state, grant.id)))
    this.used(now)
  }

  /** A request was sent with the grant, whatever became of it. `now`: monotonic, ms. */
  used(now = this.clock.monotonic()): void {
    if (!this.#closed) this.#convergence.used(now)
  }

  /** The grant, or its successor if the server no longer honours it. Asks the server unless a request was served a moment ago. */
  async verified(grant: Grant, signal?: AbortSignal): Promise<Grant> {
    for (let next = grant; ; next = await this.grant(signal)) {
      if (!(await this.#live.isHonoured(next))) continue
      this.proved(next)
      return next
    }
  }

  /** The state as the store has it, or as this process last knew it while the store is out of reach. */
  async peek(): Promise<{ state: SessionState; store: 'ok' | 'unavailable' }> {
    try {
      const state = this.#morgue.bury((await this.#ledger.read()).state)
      this.#known = state
      return { state, store: 'ok' }
    } catch (error) {
      if (!(error instanceof TokenStoreError)) throw error
      return { state: { ...this.#known, grant: this.#live.current ?? null }, store: 'unavailable' }
    }
  }

  /** Ends the session on the server and in the store, for everyone. */
  async logout(): Promise<void> {
    // A login under way would otherwise leave behind a session that nobody can end.
    await this.#pursuit?.landed()
    const own = this.#live.current
    this.#live.drop()
    this.#local = undefined
    this.#convergence.stop()
    await endForEveryone(this.#parts, this.#ledger, own)
  }

  /** Lets go of timers and watchers. A login under way is seen through, so that its session is not lost. */
  async close(): Promise<void> {
    this.#closed = true
    const pursuit = this.#pursuit
    pursuit?.dismiss(closedError(this.authenticator.subject))
    await pursuit?.outcome.catch(() => {})
    const unpublished = await this.#convergence.finish()
    if (unpublished !== undefined) this.#parts.background.add(endGrant(this.#parts, unpublished, 'unpublished'))
    await this.#parts.background.settled()
  }

  onPublished(grant: Grant, state: SessionState): void {
    this.#live.published(grant)
    this.#known = state
    this.#local = undefined
  }

  onSuperseded(own: Grant, how: 'published' | 'unpublished', state: SessionState, grant: Grant): void {
    this.#use({ grant, state, published: true, how: 'adopted' })
    if (how === 'unpublished') this.#parts.background.add(endGrant(this.#parts, own, 'unpublished'))
  }

  #pursue(replacing?: string): SharedPursuit {
    const forget = (): void => {
      if (this.#pursuit === pursuit) this.#pursuit = undefined
    }
    const pursuit = new SharedPursuit(
      this.#parts,
      async (audience) => {
        try {
          const found = await pursue(this.#parts, {
            ...audience,
            ledger: this.#ledger,
            fallback: () =>
              (this.#local ??= new LocalLedger({ ...this.#morgue.bury(this.#known), flight: null, logins: [] })),
            replacing,
            sightings: (this.#sightings ??= new Sightings(longestPollOf(this.settings) * 2)),
            bury: (state) => this.#morgue.bury(state),
            onRead: (state) => this.#onRead(state),
          })
          this.#use(found)
          return found.grant
        } finally {
          forget()
        }
      },
      { kept: replacing !== undefined, onAbandoned: forget },
    )
    this.#pursuit = pursuit
    return pursuit
  }

  /** Fetches the next grant while the present one still serves. Failing at it harms nobody yet. */
  #refresh(grant: Grant): void {
    const notBefore = this.#refreshNotBefore ?? Number.NEGATIVE_INFINITY
    if (this.#closed || this.#pursuit !== undefined || this.clock.monotonic() < notBefore) return
    this.#pursue(grant.id).outcome.catch((error: { retryAfter?: number }) => {
      this.#refreshNotBefore = this.clock.monotonic() + (error.retryAfter ?? 1_000)
    })
  }

  #use({ grant, state, published, how, successorOf }: Found): void {
    const { subject } = this.authenticator
    this.#known = state
    this.#sightings = undefined
    const isFresh = how === 'logged-in'
    if (!this.#live.use(grant, { isFresh, isOurs: isFresh && published })) return
    if (published) this.#local = undefined
    this.#convergence.start(grant, { published, successorOf })
    if (how === 'adopted') {
      const age = Math.max(0, this.clock.now() - grant.issuedAt)
      publish('latchkey:adopt', () => ({ subject, generation: grant.generation, age }))
    }
  }

  #onRead(state: SessionState | undefined): void {
    if (state !== undefined) this.#known = state
    this.#morgue.report(state)
  }
}
