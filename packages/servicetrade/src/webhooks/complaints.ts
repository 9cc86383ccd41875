import type { Clock } from '../clock.ts'
import type { WebhookFailure, WebhookInboxOptions } from './inbox-options.ts'
import type { WebhookMessage } from './message.ts'
import { WebhookMessageError } from './message-error.ts'

/** How long `onError` is waited for, ms: it holds a place in which messages are worked on. */
const longestWait = 10_000

/** Tells the program what went wrong, whatever it makes of that. */
export class Complaints {
  readonly #listeners: Pick<WebhookInboxOptions, 'onError' | 'onRefused'>

  readonly #clock: Clock

  constructor(listeners: Pick<WebhookInboxOptions, 'onError' | 'onRefused'>, clock: Clock) {
    this.#listeners = listeners
    this.#clock = clock
  }

  /** It was answered 503, so nobody waits for what the program makes of it. */
  async notAccepted(error: unknown, message: WebhookMessage): Promise<void> {
    await this.#tell(error, message, 'accept')
  }

  /** Resolves once the program has dealt with it, or has taken too long. Never rejects. */
  async givenUp(failure: unknown, message: WebhookMessage, signal: AbortSignal): Promise<void> {
    const { promise: overdue, resolve } = Promise.withResolvers<void>()
    const cancel = this.#clock.after(longestWait, () => {
      warn(`A webhook message failed in handle, and onError took longer than ${longestWait} ms`)
      resolve()
    })
    signal.addEventListener('abort', cancel)
    await Promise.race([this.#tell(failure, message, 'handle'), overdue])
    cancel()
  }

  /** Never rejects. */
  async refused(error: unknown): Promise<void> {
    const { onRefused } = this.#listeners
    if (!(error instanceof WebhookMessageError)) return
    try {
      await onRefused?.(error)
    } catch {
      warn('A body was no webhook message, and onRefused failed')
    }
  }

  async #tell(error: unknown, message: WebhookMessage, phase: WebhookFailure['phase']): Promise<void> {
    const { onError } = this.#listeners
    try {
      if (onError === undefined) warn(`A webhook message failed in ${phase}, and there is no onError to tell`)
      else await onError(error, message, { phase })
    } catch {
      warn(`A webhook message failed in ${phase}, and so did onError`)
    }
  }
}

/** Without the error, in which there may be the message's content. */
function warn(text: string): void {
  process.emitWarning(text, 'LatchkeyWarning')
}
