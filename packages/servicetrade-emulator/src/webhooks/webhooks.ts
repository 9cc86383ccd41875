import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from '../accounts.ts'
import type { Tally } from '../counters.ts'
import type { Faults } from '../faults.ts'
import type { Change } from '../resources/journal.ts'
import type { WebhookSettings } from '../settings.ts'
import { messageFor } from './message.ts'
import { post } from './post.ts'

/** The vendor discards a message after so many. */
const tries = 3

interface Delivery {
  readonly url: string
  readonly json: string
  /** Whether its webhook is still there and enabled. */
  isWanted(): boolean
}

interface Surroundings {
  readonly settings: WebhookSettings
  readonly clock: () => number
  readonly faults: Faults
  readonly tally: Tally
}

/** Tells webhooks of changes, all at once and without making anybody wait. */
export class Webhooks {
  readonly #surroundings: Surroundings
  readonly #ended = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #held: Delivery[] = []

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    // Each delivery listens, and there may be many.
    setMaxListeners(0, this.#ended.signal)
  }

  publish(account: Account, changes: readonly Change[], userId: number | null): void {
    if (changes.length === 0 || this.#ended.signal.aborted) return
    const { clock, faults } = this.#surroundings
    const style = { now: clock(), objectChangesets: faults.objectChangesets }
    const { webhook: hooks } = account.db
    for (const hook of hooks.all()) {
      const json = messageFor(hook, account, changes, userId, style)
      if (json === undefined) continue
      const delivery = { url: hook.hookUrl, json, isWanted: () => hooks.get(hook.id)?.enabled === true }
      this.#send(delivery)
      if (faults.duplicateWebhooks) this.#send(delivery)
    }
  }

  /** Lets go of what is held, and waits for all that is under way, and for what comes of it. */
  async settled(): Promise<void> {
    do {
      this.#release()
      await Promise.all(this.#running)
    } while (this.#running.size > 0 || this.#held.length > 0)
  }

  /** Breaks off what is under way, and sends nothing any more. */
  async close(): Promise<void> {
    this.#held = []
    this.#ended.abort()
    await Promise.all(this.#running)
  }

  #send(delivery: Delivery): void {
    this.#held.push(delivery)
    const { reorderWebhooks } = this.#surroundings.faults
    if (this.#held.length >= reorderWebhooks) this.#release()
  }

  #release(): void {
    const [first, ...others] = this.#held.splice(0).toReversed()
    if (first === undefined) return
    // Each in its turn, so that the order in which they arrive is certain.
    const running = (async () => {
      for (const delivery of [first, ...others]) await this.#deliver(delivery)
    })().finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #deliver({ url, json, isWanted }: Delivery): Promise<void> {
    const { tally, settings } = this.#surroundings
    const { signal } = this.#ended
    for (let attempt = 1; attempt <= tries && isWanted(); attempt++) {
      if (signal.aborted) return
      tally.webhookAttempts++
      const status = await post(url, json, settings.timeLimit, signal).catch(() => undefined)
      if (signal.aborted) return
      if (status !== undefined && status >= 200 && status < 500) {
        tally.webhooksDelivered++
        return
      }
      tally.webhookFailures++
      if (attempt < tries) await delay(settings.retryDelay, undefined, { signal }).catch(() => {})
    }
    tally.webhooksDiscarded++
  }
}
