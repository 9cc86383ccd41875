import { promisify } from 'node:util'
import { brotliDecompress, unzip } from 'node:zlib'

/**
 * What is in a body of that content coding.
 *
 * @returns `undefined` past the limit; the bytes as they are, if they cannot be unpacked
 */
export async function unpack(bytes: Buffer, coding: string | undefined, limit: number): Promise<Buffer | undefined> {
  const decode = decoderOf(coding?.trim().toLowerCase())
  if (decode === undefined) return bytes
  try {
    return await decode(bytes, { maxOutputLength: limit })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? undefined : bytes
  }
}

function decoderOf(coding: string | undefined) {
  if (coding === 'br') return promisify(brotliDecompress)
  return ['gzip', 'x-gzip', 'deflate'].includes(coding ?? '') ? promisify(unzip) : undefined
}
