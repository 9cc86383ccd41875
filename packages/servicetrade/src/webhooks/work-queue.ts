import { AsyncResource } from 'node:async_hooks'
import type { Clock } from '../clock.ts'
import type { InboxSettings } from './inbox-options.ts'
import type { WebhookMessage } from './message.ts'
import { pauseAfter } from './pause.ts'

interface Task {
  readonly message: WebhookMessage
  /** Of the delivery, so that what a program keeps per request is not another delivery's. */
  readonly context: AsyncResource
  attempts: number
}

type Outcome = { readonly error: unknown } | undefined

export interface WorkQueueParts {
  readonly settings: InboxSettings
  readonly clock: Clock
  /** The last attempt failed. Never rejects. The signal says that nobody waits any more. */
  giveUp(error: unknown, message: WebhookMessage, signal: AbortSignal): Promise<void>
  /** The queue has let go of the message. */
  onEnd(message: WebhookMessage, isDone: boolean): void
}

/** Works on messages in the order they came, so many at once, each until it is done or was tried often enough. */
export class WorkQueue {
  readonly #parts: WorkQueueParts
  readonly #queued = new Set<Task>()
  /** Failed, and to be tried again; with what ends the pause for good. */
  readonly #pausing = new Map<Task, () => void>()
  readonly #running = new Map<Task, AbortController>()
  #isWoken = false

  constructor(parts: WorkQueueParts) {
    this.#parts = parts
  }

  get waiting(): number {
    return this.#queued.size + this.#pausing.size
  }

  get working(): number {
    return this.#running.size
  }

  add(message: WebhookMessage): void {
    this.#enqueue({ message, context: new AsyncResource('LatchkeyWebhookMessage'), attempts: 0 })
  }

  /** Lets go of everything, and tells the work under way. Returns what was not finished, in no particular order. */
  abandon(reason: unknown): WebhookMessage[] {
    const tasks = [...this.#running.keys(), ...this.#pausing.keys(), ...this.#queued]
    const controllers = Array.from(this.#running.values())
    for (const cancel of this.#pausing.values()) cancel()
    for (const held of [this.#running, this.#pausing, this.#queued]) held.clear()
    for (const controller of controllers) controller.abort(reason)
    return tasks.map(({ message }) => message)
  }

  #enqueue(task: Task): void {
    this.#queued.add(task)
    this.#wake()
  }

  /** In a later turn of the event loop: the delivery is answered in this one, and work that never waits must not starve it. */
  #wake(): void {
    if (this.#isWoken) return
    this.#isWoken = true
    setImmediate(() => {
      this.#isWoken = false
      this.#start()
    })
  }

  #start(): void {
    for (const task of this.#queued) {
      if (this.#running.size >= this.#parts.settings.concurrency) return
      this.#queued.delete(task)
      task.context.runInAsyncScope(() => void this.#run(task))
    }
  }

  async #run(task: Task): Promise<void> {
    const { settings, giveUp, onEnd } = this.#parts
    const { message } = task
    const controller = new AbortController()
    this.#running.set(task, controller)
    const outcome = await this.#attempt(task, controller.signal)
    // Abandoned meanwhile: whoever closed the inbox has the message.
    if (!this.#running.has(task)) return
    if (outcome !== undefined && task.attempts < settings.attempts) {
      this.#running.delete(task)
      this.#pause(task, outcome.error)
    } else {
      if (outcome !== undefined) await giveUp(outcome.error, message, controller.signal)
      this.#running.delete(task)
      onEnd(message, outcome === undefined)
    }
    this.#wake()
  }

  async #attempt(task: Task, signal: AbortSignal): Promise<Outcome> {
    const { handle } = this.#parts.settings
    task.attempts += 1
    try {
      await handle(task.message, { signal, attempt: task.attempts })
      return undefined
    } catch (error) {
      return { error }
    }
  }

  #pause(task: Task, error: unknown): void {
    const { clock, settings } = this.#parts
    const pause = pauseAfter({ error, attempts: task.attempts, random: clock.random() }, settings)
    const cancel = clock.after(pause, () => {
      this.#pausing.delete(task)
      this.#enqueue(task)
    })
    this.#pausing.set(task, cancel)
  }
}
