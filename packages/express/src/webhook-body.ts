import type { IncomingMessage } from 'node:http'

/** How large a message may be, bytes. */
const limit = 1_048_576

/**
 * The body of a webhook: as an earlier parser left it, else its bytes, whatever type they are said to be of.
 *
 * @returns `undefined` past 1 MiB; the rest is not read then
 */
export async function readWebhookBody(
  req: IncomingMessage & { body?: unknown },
): Promise<{ readonly body: unknown } | undefined> {
  if (req.readableDidRead) return { body: req.body }
  if (Number(req.headers['content-length']) > limit) return undefined
  const chunks: Buffer[] = []
  let size = 0
  // Destroyed, the request would have lost the socket, where access logs look for the address.
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length
    if (size > limit) return undefined
    chunks.push(chunk as Buffer)
  }
  return { body: Buffer.concat(chunks) }
}
