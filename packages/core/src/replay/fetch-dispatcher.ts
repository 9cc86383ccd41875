import type { Dispatcher } from 'undici'
import { type Below, dispatchThrough } from './dispatch-through.ts'
import type { Keeper } from '../login/keeper.ts'
import type { ReplayCount } from './replay-elsewhere.ts'

/** All that undici's fetch asks of a dispatcher. One for each fetch, redirects included: one for each session would be kept. */
export class FetchDispatcher implements ReplayCount {
  replays = 0
  readonly #keeper: Keeper
  readonly #inner: Below
  readonly #elsewhere: ReplayCount | undefined

  /** @param isReplayedHere whether the body is one that a dispatch can send again, as fetch's own never are */
  constructor(keeper: Keeper, inner: Below, isReplayedHere: boolean) {
    this.#keeper = keeper
    this.#inner = inner
    this.#elsewhere = isReplayedHere ? undefined : this
  }

  /** undici's mock agents are given bodies in another form. */
  get isMockActive(): unknown {
    return (this.#inner as { isMockActive?: unknown }).isMockActive
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return dispatchThrough(this.#keeper, this.#inner, options, handler, this.#elsewhere)
  }
}
