import type { Clock } from '../clock.ts'
import type { InboxSettings, WebhookInboxOptions } from './inbox-options.ts'
import type { WebhookMessage } from './message.ts'

type Accept = NonNullable<WebhookInboxOptions['accept']>
type Answer = (status: 200 | 202 | 503) => void

interface Asked {
  readonly message: WebhookMessage
  readonly controller: AbortController
  readonly answer: Answer
  cancel: () => void
}

export interface AdmissionParts {
  readonly settings: InboxSettings
  readonly clock: Clock
  onFailure(error: unknown, message: WebhookMessage): void
  /** Called once for each message that was asked for, unless that was abandoned. */
  onSettled(message: WebhookMessage, isAccepted: boolean): void
  /** Accepted after it was settled as not accepted, because that took too long. */
  onAcceptedAfterAll(message: WebhookMessage): void
}

/** Asks the program to make messages safe, for as long as the API may be kept waiting. */
export class Admission {
  readonly #parts: AdmissionParts
  readonly #asked = new Set<Asked>()
  #isAbandoned = false

  constructor(parts: AdmissionParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#asked.size
  }

  /** Answers once, in time. Only the first answer counts. */
  ask(message: WebhookMessage, accept: Accept, answer: Answer): void {
    const { clock, settings, onFailure } = this.#parts
    const { acceptTimeout } = settings
    const controller = new AbortController()
    let isLate = false
    const cancel = clock.after(acceptTimeout, () => {
      isLate = true
      // One that hangs must not hold its place for ever, nor keep the message from being asked about again.
      asked.cancel = clock.after(acceptTimeout, () => this.#settle(asked, undefined))
      answer(503)
      const error = new DOMException(`accept took longer than ${acceptTimeout} ms`, 'TimeoutError')
      onFailure(error, message)
      controller.abort(error)
    })
    const asked: Asked = { message, controller, answer, cancel }
    this.#asked.add(asked)
    const verdict = (async () => accept(message, { signal: controller.signal }))()
    verdict.then(
      // Late or not: what was made safe is answered with `false` when it comes again, so nobody else will work on it.
      (isNew) => this.#take(asked, isNew !== false),
      (error: unknown) => {
        if (this.#settle(asked, undefined) && !isLate) onFailure(error, message)
      },
    )
  }

  /** Lets go of everything. Returns the messages that may have been made safe or not. */
  abandon(reason: unknown): WebhookMessage[] {
    this.#isAbandoned = true
    const all = Array.from(this.#asked)
    this.#asked.clear()
    for (const { controller, answer, cancel } of all) {
      cancel()
      answer(503)
      controller.abort(reason)
    }
    return all.map(({ message }) => message)
  }

  #take(asked: Asked, isAccepted: boolean): void {
    const isInTime = this.#settle(asked, isAccepted)
    if (!isInTime && isAccepted && !this.#isAbandoned) this.#parts.onAcceptedAfterAll(asked.message)
  }

  /** @param isAccepted `undefined` if that failed */
  #settle(asked: Asked, isAccepted: boolean | undefined): boolean {
    // Abandoned meanwhile, and whoever closed the inbox has the message; or let go of after too long.
    if (!this.#asked.delete(asked)) return false
    const { message, answer, cancel } = asked
    cancel()
    this.#parts.onSettled(message, isAccepted === true)
    answer(isAccepted === undefined ? 503 : isAccepted ? 202 : 200)
    return true
  }
}
