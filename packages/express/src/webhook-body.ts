import type { IncomingMessage } from 'node:http'
import { ConfigurationError } from '@latchkey/core'
import { unpack } from './unpack.ts'

/** How large a message may be, bytes, packed or not. */
const limit = 1_048_576

type BodyRequest = IncomingMessage & { body?: unknown; rawBody?: unknown }

/**
 * The body of a webhook: as an earlier parser left it, else its bytes, unpacked, whatever type they are said to be of.
 *
 * @returns `undefined` past 1 MiB; the rest is not read then
 * @throws {ConfigurationError} if something has read it and left nothing of it
 */
export async function readWebhookBody(req: BodyRequest): Promise<{ readonly body: unknown } | undefined> {
  if (req.readableDidRead) return { body: leftOf(req) }
  if (Number(req.headers['content-length']) > limit) return undefined
  const chunks: Buffer[] = []
  let size = 0
  // Destroyed, the request would have lost the socket, where access logs look for the address.
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length
    if (size > limit) return undefined
    chunks.push(chunk as Buffer)
  }
  const body = await unpack(Buffer.concat(chunks), req.headers['content-encoding'], limit)
  return body === undefined ? undefined : { body }
}

function leftOf({ body, rawBody }: BodyRequest): unknown {
  // Express 4's parsers put an empty object where they have parsed nothing.
  const isEmpty = typeof body === 'object' && body !== null && Object.keys(body).length === 0
  if (body !== undefined && body !== null && !isEmpty) return body
  if (typeof rawBody === 'string' || rawBody instanceof Uint8Array) return rawBody
  // Answered 400, it would be lost: the API takes that for delivered.
  throw new ConfigurationError('req.body', 'the body of a webhook, if something has read that before', body)
}
