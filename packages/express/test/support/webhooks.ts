import { randomBytes } from 'node:crypto'
import { serviceTradeWebhooks } from '@latchkey/express/servicetrade'
import { ensureWebhook, WebhookInbox, type WebhookInboxOptions, type WebhookMessage } from '@latchkey/servicetrade'
import type { Express, NextFunction, Request, Response } from 'express'
import { type ExpressModule, serve } from './apps.ts'
import { startClient } from './clients.ts'

export const secret = randomBytes(24).toString('base64url')

export interface ReceiverOptions extends Partial<WebhookInboxOptions> {
  /** What comes before the webhooks. */
  readonly before?: (app: Express) => void
}

/** An app that takes webhooks below `/webhooks`, what it worked on, and the errors that it passed on. */
export async function startReceiver(express: ExpressModule, { before, ...options }: ReceiverOptions = {}) {
  const handled: WebhookMessage[] = []
  const errors: unknown[] = []
  const inbox = new WebhookInbox({ handle: (taken) => void handled.push(taken), ...options })
  const app = await serve(express, (one) => {
    before?.(one)
    one.use('/webhooks', serviceTradeWebhooks({ secret, inbox }))
    one.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      errors.push(error)
      res.status(500).send(error.message)
    })
  })
  return {
    url: app.url,
    hookUrl: `${app.url}/webhooks/${secret}`,
    inbox,
    handled,
    errors,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await inbox.close({ timeout: 0 })
    },
  }
}

/** The same, registered with an emulator. */
export async function startSubscribed(express: ExpressModule, options?: ReceiverOptions) {
  const receiver = await startReceiver(express, options)
  const world = await startClient()
  await ensureWebhook(world.st, { hookUrl: receiver.hookUrl })
  return {
    ...world,
    ...receiver,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]()
      await receiver[Symbol.asyncDispose]()
    },
  }
}

export function message(messageId = 'f3b5d3a0-0000-4000-8000-000000000001'): object {
  const entity = { type: 'job', id: 1, uri: 'https://api.servicetrade.com/api/job/1' }
  return { messageId, timestamp: 1_800_000_000, data: [{ action: 'updated', timestamp: 1_800_000_000, entity }] }
}

/** Delivers a body. */
export async function post(url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: response.status, text: await response.text() }
}
