import { kinds, readOptions, requireOption } from '@latchkey/core'
import type { WebhookMessageError } from './message-error.ts'
import type { WebhookMessage } from './message.ts'

/** What an inbox does where its options are silent. Times in ms. */
export const webhookInboxDefaults = {
  concurrency: 10,
  limit: 1_000,
  remembered: 10_000,
  acceptTimeout: 3_000,
  attempts: 15,
  firstPause: 1_000,
  longestPause: 300_000,
} as const

/** What {@link WebhookInboxOptions.handle} is given beside the message. */
export interface WebhookWork {
  /** Aborted when `close()` gives up on the message. */
  readonly signal: AbortSignal
  /** 1 at first. */
  readonly attempt: number
}

/** What {@link WebhookInboxOptions.accept} is given beside the message. */
export interface WebhookAcceptance {
  /** Aborted after `acceptTimeout`, and when `close()` gives up on the message. */
  readonly signal: AbortSignal
}

/** What {@link WebhookInboxOptions.onError} is given beside the message. */
export interface WebhookFailure {
  /** `'accept'`: the API was answered 503 and will send it again. `'handle'`: the last attempt failed. */
  readonly phase: 'accept' | 'handle'
}

export interface WebhookInboxOptions {
  /**
   * Does the work that a message calls for, after the API has had its answer; what it rejects with makes it
   * another attempt. It has all the time it takes, in one of the `concurrency` places.
   */
  handle: (message: WebhookMessage, work: WebhookWork) => unknown
  /**
   * Makes a message safe before the API has its answer: puts it into a database, or on a queue. `false` says
   * that somebody else has it already: it is dropped. What it rejects with, and its time-out, make the API send
   * the message again. If it comes round after its time-out, the message is worked on all the same, once. It is not
   * called again for a message that the inbox knows, which it does for `acceptTimeout` more while `accept` hangs. Default: messages are in memory alone, and lost if the process dies.
   */
  accept?:
    | ((message: WebhookMessage, context: WebhookAcceptance) => boolean | void | Promise<boolean | void>)
    | undefined
  /**
   * Told of a message that failed for the last time, which is then forgotten, and of what went wrong with `accept`.
   * The former is waited for, in its place of `concurrency` and for at most 10 s: there the program can save the
   * message. Without it, and when it fails itself, there is a process
   * warning that tells neither the error nor the message.
   */
  onError?: ((error: unknown, message: WebhookMessage, failure: WebhookFailure) => unknown) | undefined
  /** Told of a body that is no message. It was answered 400, and the API will not send it again. */
  onRefused?: ((error: WebhookMessageError) => unknown) | undefined
  /** How many messages are worked on at once. Default 10. */
  concurrency?: number | undefined
  /** How many messages may wait, for `accept` and for another attempt included. Past it: 503. Default 1,000. */
  limit?: number | undefined
  /** How many messages that were done are known again if they are delivered again. Default 10,000. */
  remembered?: number | undefined
  /** How long `accept` may take, ms. The API waits 5 s in all (documented by the vendor). At most, and default, 3,000. */
  acceptTimeout?: number | undefined
  /**
   * How often a message is worked on until it is given up on. Default 15: by the default pauses, no sooner than
   * after 16 minutes, and after 34 at most, beside what errors ask for and the work itself takes.
   */
  attempts?: number | undefined
  /**
   * The pause before the second attempt is half of this to all of it, at random, ms; it doubles with each attempt.
   * What the error has for a `retryAfter` (ms) comes on top. Default 1,000.
   */
  firstPause?: number | undefined
  /** What doubling stops at, ms. Default 300,000. */
  longestPause?: number | undefined
}

export type InboxSettings = Pick<WebhookInboxOptions, 'handle' | 'accept' | 'onError' | 'onRefused'> & {
  readonly [N in keyof typeof webhookInboxDefaults]: number
}

const optionKinds = {
  handle: kinds.callable<WebhookInboxOptions['handle']>('a function'),
  accept: kinds.callable<NonNullable<WebhookInboxOptions['accept']>>('a function'),
  onError: kinds.callable<NonNullable<WebhookInboxOptions['onError']>>('a function'),
  onRefused: kinds.callable<NonNullable<WebhookInboxOptions['onRefused']>>('a function'),
  concurrency: kinds.wholeNumber({ min: 1 }),
  limit: kinds.wholeNumber({ min: 1 }),
  remembered: kinds.wholeNumber(),
  acceptTimeout: kinds.duration({ min: 1, max: webhookInboxDefaults.acceptTimeout }),
  attempts: kinds.wholeNumber({ min: 1 }),
  firstPause: kinds.duration(),
  longestPause: kinds.duration(),
}

/** @throws {ConfigurationError} for an unknown option or a bad value */
export function readInboxOptions(options: WebhookInboxOptions): InboxSettings {
  const { handle, ...given } = readOptions('WebhookInbox', options, optionKinds)
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { ...webhookInboxDefaults, ...set, handle: requireOption('handle', handle, optionKinds.handle) }
}
