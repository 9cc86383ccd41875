import { subscribe, tracingChannel } from 'node:diagnostics_channel'
import { LatchkeyError, type LoginEvent } from '@latchkey/core'
import { ServiceTradeError } from '@latchkey/servicetrade'
import type { Report } from './messages.ts'
import { createTally } from './tally.ts'

/** Counts what one worker does: requests as they end, the rest as the session tells it. */
export class Bookkeeping {
  readonly #tally = createTally()
  #mark: number
  #markedAt = performance.now()
  #servedSinceMark = 0
  #storeOperationsSinceMark = 0
  #slowestSinceMark = 0

  constructor({ mark, onLogin }: { mark: number; onLogin: (underWay: boolean) => void }) {
    this.#mark = mark
    const tally = this.#tally
    subscribe('latchkey:reset', () => (tally.resetsMet += 1))
    subscribe('latchkey:replay', () => (tally.replays += 1))
    tracingChannel<unknown, LoginEvent>('latchkey:login').subscribe({
      start: () => onLogin(true),
      end: () => {},
      asyncStart: () => {},
      asyncEnd: ({ generation }) => {
        if (generation !== undefined) tally.logins += 1
        onLogin(false)
      },
      error: () => {},
    })
  }

  mark(mark: number): void {
    this.#mark = mark
    this.#markedAt = performance.now()
    this.#servedSinceMark = 0
    this.#storeOperationsSinceMark = 0
    this.#slowestSinceMark = 0
  }

  served(startedAt: number): void {
    this.#tally.served += 1
    if (startedAt > this.#markedAt) this.#servedSinceMark += 1
    this.#time(startedAt)
  }

  failed(error: unknown, startedAt: number): void {
    const { failures } = this.#tally
    const reason = reasonOf(error)
    this.#tally.failed += 1
    failures[reason] = (failures[reason] ?? 0) + 1
    this.#time(startedAt)
  }

  storeUsed(): void {
    this.#tally.storeOperations += 1
    this.#storeOperationsSinceMark += 1
  }

  report(): Report {
    return {
      type: 'report',
      tally: this.#tally,
      mark: this.#mark,
      servedSinceMark: this.#servedSinceMark,
      storeOperationsSinceMark: this.#storeOperationsSinceMark,
      slowestSinceMark: this.#slowestSinceMark,
    }
  }

  #time(startedAt: number): void {
    const time = performance.now() - startedAt
    this.#tally.slowest = Math.max(this.#tally.slowest, time)
    this.#slowestSinceMark = Math.max(this.#slowestSinceMark, time)
  }
}

/** Codes and names, of which there are few: messages may hold what the server sent. */
function reasonOf(error: unknown): string {
  if (error instanceof ServiceTradeError) return `${error.method} answered ${error.status}`
  const own = codeOf(error) ?? (error instanceof Error ? error.name : typeof error)
  const { cause } = Object(error) as { cause?: unknown }
  const below = error instanceof LatchkeyError && !(cause instanceof LatchkeyError) ? codeOf(cause) : undefined
  return below === undefined ? own : `${own} (${below})`
}

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}
