import { inspect } from 'node:util'
import { kinds, readOptions } from '@latchkey/core'
import { Admission } from './admission.ts'
import { type Clock, systemClock } from '../clock.ts'
import { Complaints } from './complaints.ts'
import { type InboxSettings, readInboxOptions, type WebhookInboxOptions } from './inbox-options.ts'
import { readWebhookMessage, type WebhookMessage } from './message.ts'
import { Remembered } from './remembered.ts'
import { WorkQueue } from './work-queue.ts'

/**
 * What to answer the API. 202: taken in. 200: known already. 400: no message. 503: not now, send it again. The API
 * takes 200 to 499 for a delivery and tries three times in all (documented by the vendor).
 */
export type WebhookStatus = 200 | 202 | 400 | 503

/** How long `close()` waits for work where it is not told, ms. */
const defaultCloseTimeout = 10_000

const closeKinds = { timeout: kinds.duration() }

/**
 * Takes the messages of a webhook in fast, since the API waits 5 s for an answer and drops a message after three
 * failures (documented by the vendor), and works on each of them afterwards, once, however often it is delivered.
 * Order is not kept: the API promises none.
 */
export class WebhookInbox {
  readonly #settings: InboxSettings
  readonly #clock: Clock
  readonly #complaints: Complaints
  readonly #admission: Admission
  readonly #queue: WorkQueue
  readonly #done: Remembered
  /** What another delivery is answered of a message that is being accepted. */
  readonly #asked = new Map<string, Promise<WebhookStatus>>()
  /** Taken in, and not ended. */
  readonly #taken = new Set<string>()
  readonly #drained = new Set<() => void>()
  #closed: Promise<WebhookMessage[]> | undefined

  /** @throws {ConfigurationError} for an unknown option or a bad value */
  constructor(options: WebhookInboxOptions)
  constructor(options: WebhookInboxOptions, clock: Clock = systemClock) {
    const settings = readInboxOptions(options)
    const complaints = new Complaints(settings, clock)
    this.#settings = settings
    this.#clock = clock
    this.#complaints = complaints
    this.#done = new Remembered(settings.remembered)
    this.#admission = new Admission({
      settings,
      clock,
      onFailure: (error, message) => void complaints.notAccepted(error, message),
      onSettled: (message, isAccepted) => {
        this.#asked.delete(message.messageId)
        if (isAccepted) this.#take(message)
        this.#look()
      },
      onAcceptedAfterAll: (message) => this.#take(message),
    })
    this.#queue = new WorkQueue({
      settings,
      clock,
      giveUp: (error, message, signal) => complaints.givenUp(error, message, signal),
      onEnd: (message, isDone) => {
        if (isDone) this.#done.add(message.messageId)
        this.#taken.delete(message.messageId)
        this.#look()
      },
    })
  }

  /** How many messages wait: for `accept`, for a place, or for another attempt. */
  get waiting(): number {
    return this.#admission.size + this.#queue.waiting
  }

  /** How many messages are worked on. */
  get working(): number {
    return this.#queue.working
  }

  /**
   * Takes a delivery's body, as text, bytes or parsed, and resolves to the status to answer: within `acceptTimeout`,
   * or at once without `accept`. Never rejects. The work begins in a later turn of the event loop.
   */
  async receive(body: unknown): Promise<WebhookStatus> {
    if (this.#closed !== undefined) return 503
    const message = this.#read(body)
    if (message === undefined) return 400
    const { messageId } = message
    if (this.#isTaken(messageId)) return 200
    const known = this.#asked.get(messageId)
    if (known !== undefined) return known
    if (this.waiting >= this.#settings.limit) return 503
    if (this.#settings.accept === undefined) {
      this.#take(message)
      return 202
    }
    const { promise, resolve } = Promise.withResolvers<WebhookStatus>()
    this.#asked.set(messageId, promise)
    this.#admission.ask(message, this.#settings.accept, resolve)
    return promise
  }

  /** Resolves once no message waits or is worked on, pauses between attempts included. */
  async drain(): Promise<void> {
    if (this.#isBusy()) await new Promise<void>((resolve) => this.#drained.add(resolve))
  }

  /**
   * Takes nothing more in, and waits for the messages it has, for at most `timeout` ms (default 10,000). Then it
   * aborts the signals of what still goes on, and resolves to the messages that were not finished, for the program to
   * save them: nobody will send them again. Further calls resolve to the same.
   *
   * @throws {ConfigurationError} for an unknown option or a bad value
   */
  async close(options: { timeout?: number | undefined } = {}): Promise<WebhookMessage[]> {
    const { timeout = defaultCloseTimeout } = readOptions('close', options, closeKinds)
    return (this.#closed ??= this.#finish(timeout))
  }

  toJSON(): object {
    return { waiting: this.waiting, working: this.working }
  }

  [inspect.custom](): string {
    return `WebhookInbox { waiting: ${this.waiting}, working: ${this.working} }`
  }

  #read(body: unknown): WebhookMessage | undefined {
    try {
      return readWebhookMessage(body)
    } catch (error) {
      void this.#complaints.refused(error)
      return undefined
    }
  }

  #isTaken(messageId: string): boolean {
    return this.#taken.has(messageId) || this.#done.has(messageId)
  }

  #isBusy(): boolean {
    return this.#asked.size + this.#taken.size > 0
  }

  #take(message: WebhookMessage): void {
    // Accepted twice: by an accept that hung, and by the one that was called after it.
    if (this.#isTaken(message.messageId)) return
    this.#taken.add(message.messageId)
    this.#queue.add(message)
  }

  #look(): void {
    if (this.#isBusy()) return
    for (const resolve of this.#drained) resolve()
    this.#drained.clear()
  }

  async #finish(timeout: number): Promise<WebhookMessage[]> {
    const { promise: overdue, resolve } = Promise.withResolvers<void>()
    const cancel = this.#clock.after(timeout, resolve)
    await Promise.race([this.drain(), overdue])
    cancel()
    const reason = new DOMException('The inbox was closed', 'AbortError')
    const unfinished = [...this.#queue.abandon(reason), ...this.#admission.abandon(reason)]
    this.#asked.clear()
    this.#taken.clear()
    this.#look()
    return unfinished
  }
}
