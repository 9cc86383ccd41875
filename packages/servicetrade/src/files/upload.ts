import { Readable } from 'node:stream'
import { kinds, type OptionKind, readOption, readOptions, requireOption } from '@latchkey/core'
import { type FilePart, multipart } from './multipart.ts'
import type { Call } from '../request.ts'

export interface AttachFile {
  /**
   * Bytes, Blobs and Files survive every reset. A stream does while it fits 64 KiB; a longer one is sent
   * once the server has confirmed the session, and rejects with `SessionResetError` if it ends all the same.
   */
  value: Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>
  /** Default: a File's own name. */
  filename?: string | undefined
  /** Default: the Blob's own type, or else `'application/octet-stream'`. */
  contentType?: string | undefined
}

type Stream = AsyncIterable<Uint8Array | string> & Partial<Pick<NodeJS.ReadableStream, 'on'>> & { destroy?(): void }

const fileKinds = {
  value: {
    takes: 'a Uint8Array, a Blob, a File or a stream that was not read yet',
    read: (value: unknown) => (isSource(value) ? value : undefined),
  } satisfies OptionKind<AttachFile['value']>,
  filename: kinds.text(),
  contentType: {
    takes: "a MIME type, as in 'image/png'",
    read: (value: unknown) => (typeof value === 'string' && /^[\w.+-]+\/[\x20-\x7e]+$/.test(value) ? value : undefined),
  } satisfies OptionKind<string>,
}

/** A file that is ready to be sent. */
export interface Upload extends Pick<Call, 'headers' | 'body'> {
  /** Whether it can be sent once only. */
  readonly isSpentOnce: boolean
  /** Lets go of a stream that was not read to its end. */
  release(): void
}

/**
 * Makes a form of a file and the fields beside it.
 *
 * @throws {ConfigurationError}
 */
export function openUpload(fields: readonly (readonly [string, string])[], given: AttachFile): Upload {
  const { value: givenValue, ...about } = readOptions('file', given, fileKinds)
  const value = requireOption('value', givenValue, fileKinds.value)
  const givenName = readOption('filename', about.filename ?? (value as Partial<File>).name, fileKinds.filename)
  const filename = requireOption('filename', givenName, fileKinds.filename)
  const blobType = value instanceof Blob && value.type !== '' ? value.type : 'application/octet-stream'
  const named = { name: 'uploadedFile', filename, contentType: about.contentType ?? blobType }
  if (isLasting(value)) {
    const { headers, open } = multipart(fields, { ...named, ...lasting(value) })
    return { headers, body: open, isSpentOnce: false, release: () => {} }
  }
  const stream = value as Stream
  // It may fail while nobody reads it yet, during a login, say: reading it will tell.
  stream.on?.('error', () => {})
  const { headers, open } = multipart(fields, { ...named, size: undefined, open: () => stream })
  return { headers, body: open(), isSpentOnce: true, release: () => letGo(stream) }
}

/** An upload that never began has not touched the stream, which may hold a file open. */
function letGo(stream: Stream): void {
  if (stream instanceof ReadableStream) {
    if (!stream.locked) stream.cancel().catch(() => {})
  } else stream.destroy?.()
}

function lasting(value: Uint8Array | Blob): Pick<FilePart, 'size' | 'open'> {
  return value instanceof Blob
    ? { size: value.size, open: () => value.stream() }
    : { size: value.byteLength, open: () => [value] }
}

function isLasting(value: AttachFile['value']): value is Uint8Array | Blob {
  return value instanceof Uint8Array || value instanceof Blob
}

function isSource(value: unknown): value is AttachFile['value'] {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Uint8Array || value instanceof Blob) return true
  return Symbol.asyncIterator in value && !Readable.isDisturbed(value as unknown as Readable)
}
