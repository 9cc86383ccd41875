import { basename } from 'node:path'
import { ConfigurationError, kinds, type OptionKind, readOption, readOptions, requireOption } from '@latchkey/core'
import { type AttachSource, isSource, openContent, reopener } from './content.ts'
import { findFile, pathKind } from './disk-file.ts'
import { type FilePart, multipart } from './multipart.ts'
import { Openings } from './openings.ts'
import type { Call } from '../request.ts'

interface AboutFile {
  /** Default: a File's own name, or that of the file at `path`. */
  filename?: string | undefined
  /** Default: the Blob's own type, or else `'application/octet-stream'`. */
  contentType?: string | undefined
}

/** A file on disk. */
export interface AttachPath extends AboutFile {
  /**
   * Its path, or its `file:` URL. It is opened for each time it is sent, so that it survives every reset, and read
   * bit by bit. Missing, no regular file, not readable or changed before all of it was sent: `ConfigurationError`.
   */
  path: string | URL
  value?: undefined
}

/** Any other file. */
export interface AttachValue extends AboutFile {
  /**
   * Bytes, Blobs and Files survive every reset, and so does what a function returns, or resolves to, anew each time
   * it is called: once for each time the file is sent. A stream does while it fits 64 KiB; a longer one is sent
   * once the server has confirmed the session, and rejects with `SessionResetError` if it ends all the same.
   */
  value: AttachSource | (() => AttachSource | Promise<AttachSource>)
  path?: undefined
}

export type AttachFile = AttachPath | AttachValue

const fileKinds = {
  path: pathKind,
  value: {
    takes: 'a Uint8Array, a Blob, a File, a stream that was not read yet, or a function that returns one of these',
    read: (value: unknown) =>
      isSource(value) || typeof value === 'function' ? (value as AttachValue['value']) : undefined,
  } satisfies OptionKind<AttachValue['value']>,
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
  /** Lets go of a file or stream that was not read to its end. */
  release(): void
}

/** How what is sent is opened. */
interface Access extends Pick<FilePart, 'size' | 'open'>, Pick<Upload, 'isSpentOnce' | 'release'> {}

/**
 * Makes a form of a file and the fields beside it.
 *
 * @throws {ConfigurationError}
 */
export function openUpload(fields: readonly (readonly [string, string])[], given: AttachFile): Upload {
  const { path, value, ...about } = readOptions('file', given, fileKinds)
  if (path !== undefined && value !== undefined) {
    throw new ConfigurationError('path', 'no value beside the option value: a file has one of the two', path)
  }
  const filename = about.filename ?? (path === undefined ? nameOf(value) : basename(path))
  const blobType = value instanceof Blob && value.type !== '' ? value.type : 'application/octet-stream'
  const named = {
    name: 'uploadedFile',
    filename: requireOption('filename', readOption('filename', filename, fileKinds.filename), fileKinds.filename),
    contentType: about.contentType ?? blobType,
  }
  const { isSpentOnce, release, ...access } =
    path === undefined ? accessTo(requireOption('value', value, fileKinds.value)) : accessToFile(path)
  const { headers, open } = multipart(fields, { ...named, ...access })
  return { headers, body: isSpentOnce ? open() : open, isSpentOnce, release }
}

function accessTo(value: AttachValue['value']): Access {
  if (typeof value === 'function') return reopened(undefined, reopener(value))
  if (value instanceof Uint8Array) return reopened(value.byteLength, async () => openContent(value))
  if (value instanceof Blob) return reopened(value.size, async () => openContent(value))
  const { content, release } = openContent(value)
  return { size: undefined, open: () => content, isSpentOnce: true, release }
}

function accessToFile(path: string): Access {
  const { size, open } = findFile(path)
  return reopened(size, open)
}

function reopened(size: number | undefined, open: ConstructorParameters<typeof Openings>[0]): Access {
  const openings = new Openings(open)
  return { size, open: () => openings.next(), isSpentOnce: false, release: () => openings.release() }
}

function nameOf(value: AttachValue['value'] | undefined): string | undefined {
  // Functions have names, too.
  return typeof value === 'object' ? (value as Partial<File>).name : undefined
}
