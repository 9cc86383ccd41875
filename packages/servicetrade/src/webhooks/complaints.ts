import type { WebhookFailure, WebhookInboxOptions } from './inbox-options.ts'
import type { WebhookMessage } from './message.ts'
import { WebhookMessageError } from './message-error.ts'

/** Tells the program what went wrong, whatever it makes of that. */
export class Complaints {
  readonly #listeners: Pick<WebhookInboxOptions, 'onError' | 'onRefused'>

  constructor(listeners: Pick<WebhookInboxOptions, 'onError' | 'onRefused'>) {
    this.#listeners = listeners
  }

  /** Resolves once the program has dealt with it. Never rejects. */
  async failed(error: unknown, message: WebhookMessage, phase: WebhookFailure['phase']): Promise<void> {
    const { onError } = this.#listeners
    try {
      if (onError === undefined) warn(`A webhook message failed in ${phase}, and there is no onError to tell`)
      else await onError(error, message, { phase })
    } catch {
      warn(`A webhook message failed in ${phase}, and so did onError`)
    }
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
}

/** Without the error, in which there may be the message's content. */
function warn(text: string): void {
  process.emitWarning(text, 'LatchkeyWarning')
}
