import type { Readable } from 'node:stream'

/** How much of an answer is read that is not what was asked for, bytes. */
const limit = 256 * 1024

/** A body's text; `undefined` if it is longer than any that the API sends, and its connection is given up. */
export async function readText(body: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
