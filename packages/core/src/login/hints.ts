import { type Clock, pause } from '../time/clock.ts'
import type { Ledger } from '../store/ledger.ts'

/** Watches a session's document for one who waits, from the first rest on, so that no hint falls between two looks. */
export class Hints {
  readonly #clock: Clock
  #ledger: Ledger | undefined
  #unwatch = (): void => {}
  #wake: (() => void) | undefined
  #isPending = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves to whether a hint came within `ms`, or since the last rest. */
  async rest(ledger: Ledger, ms: number, signal: AbortSignal): Promise<boolean> {
    this.#watch(ledger)
    if (!this.#isPending) await pause(this.#clock, ms, { signal, onWake: (wake) => (this.#wake = wake) })
    this.#wake = undefined
    const isHinted = this.#isPending
    this.#isPending = false
    return isHinted
  }

  stop(): void {
    this.#unwatch()
    this.#unwatch = () => {}
    this.#ledger = undefined
  }

  #watch(ledger: Ledger): void {
    if (this.#ledger === ledger) return
    this.stop()
    this.#ledger = ledger
    this.#unwatch = ledger.watch(() => {
      this.#isPending = true
      this.#wake?.()
    })
  }
}
