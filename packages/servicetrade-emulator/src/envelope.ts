import express, { type RequestHandler, type Response } from 'express'
import type { State } from './state.ts'

export interface Messages {
  readonly success?: readonly string[]
  readonly error?: readonly string[]
  readonly validation?: Readonly<Record<string, readonly string[]>>
}

/** An answer that is not the wanted one. Without messages and data its body is empty. */
export class ApiError extends Error {
  readonly status: number
  readonly messages: Messages | undefined

  constructor(status: number, messages?: Messages | string) {
    super(`answered ${status}`)
    this.status = status
    this.messages = typeof messages === 'string' ? { error: [messages] } : messages
  }
}

/** What Express' own body parsers throw when the client is to blame. */
export function isUnreadable(error: unknown): boolean {
  const { status } = Object(error) as { status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 500
}

/** Far more than Express would take by default. */
export const readJson: RequestHandler = express.json({ limit: '100mb' })

interface Content {
  readonly data?: unknown
  readonly messages?: Messages | undefined
}

/** Answers in the envelope: `data`, `messages` and `meta.stats`. */
export function answer(state: State, response: Response, status: number, { data, messages }: Content): void {
  const { username, startedAt } = response.locals as { username?: string; startedAt: number }
  const stats = {
    requestDurationMs: Math.round(performance.now() - startedAt),
    resourceUsageMs: state.budget.cost,
    resourceBalanceMs: Math.floor(state.budget.balance(username ?? '')),
  }
  response.status(status).json({
    ...(data !== undefined && { data }),
    ...(messages !== undefined && { messages: { success: [], error: [], validation: {}, ...messages } }),
    meta: { stats },
  })
}
