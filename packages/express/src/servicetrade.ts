import type { IncomingMessage } from 'node:http'
import { callerHasLeft, kinds, type OptionKind, readOptions, requireOption } from '@latchkey/core'
import { secretMatcher, type WebhookInbox } from '@latchkey/servicetrade'
import type { Middleware } from './middleware.ts'
import { readWebhookBody } from './webhook-body.ts'

export interface ServiceTradeWebhooksOptions {
  /** The unguessable end of the webhook's URL: 20 to 200 letters, digits, `-` and `_`. */
  secret: string
  /** Takes the messages. */
  inbox: Pick<WebhookInbox, 'receive'>
}

/** Checked by the matcher. */
const secretKind: OptionKind<string> = { takes: 'a secret', read: (value) => value as string }
const inboxKind = kinds.having<ServiceTradeWebhooksOptions['inbox']>('a WebhookInbox', 'receive')

/**
 * Takes webhooks at `POST /<secret>` below the path that it is mounted on, and answers with the inbox's status and no
 * body: 413 past 1 MiB, packed or not. All else below that path is answered 404, and its body is not looked at; both end
 * the connection. The vendor signs nothing, so the secret is all that tells its messages from others'. If something has
 * read the body before and left nothing of it in `req.body` or `req.rawBody`, a ConfigurationError is passed on.
 *
 * @throws {ConfigurationError} for an unknown option or a bad value
 */
export function serviceTradeWebhooks(options: ServiceTradeWebhooksOptions): Middleware {
  const read = readOptions('serviceTradeWebhooks', options, { secret: secretKind, inbox: inboxKind })
  const inbox = requireOption('inbox', read.inbox, inboxKind)
  const isSecret = secretMatcher(read.secret as string)
  const statusFor = async (req: IncomingMessage): Promise<number> => {
    if (req.method !== 'POST' || !isSecret(req.url?.split('?', 1)[0]?.slice(1))) return 404
    const message = await readWebhookBody(req)
    return message === undefined ? 413 : inbox.receive(message.body)
  }
  return async (req, res, next) => {
    try {
      const status = await statusFor(req)
      // What was not read is in the way of another request, and would be read to its end to clear it.
      if (status === 404 || status === 413) res.setHeader('connection', 'close')
      res.writeHead(status, { 'cache-control': 'no-store', 'content-length': '0' }).end()
    } catch (error) {
      if (!callerHasLeft(res)) next(error)
    }
  }
}
