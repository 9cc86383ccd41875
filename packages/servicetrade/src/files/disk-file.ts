import { accessSync, constants, type Stats, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigurationError, type OptionKind } from '@latchkey/core'
import { draw, type Opened } from './content.ts'

/** Half of what Node's own streams read: less to collect, and no slower. */
const chunkSize = 32 * 1024

export const pathKind = {
  takes: 'the path of a file, as text or as a file: URL',
  // Made absolute, for a process that changes its folder before the file is sent again.
  read: (value: unknown) => (typeof value === 'string' && value !== '' ? resolve(value) : fromUrl(value)),
} satisfies OptionKind<string>

function fromUrl(value: unknown): string | undefined {
  if (!(value instanceof URL) || value.protocol !== 'file:') return undefined
  try {
    return fileURLToPath(value)
  } catch {
    return undefined
  }
}

export interface DiskFile {
  /** Bytes. */
  readonly size: number
  /** @throws {ConfigurationError} if it is not there any more, or not as long as it was */
  open(): Promise<Opened>
}

/**
 * Looks a file up, at once and with a few system calls: its length goes into the headers.
 *
 * @throws {ConfigurationError} if it is missing, no regular file or can't be read
 */
export function findFile(path: string): DiskFile {
  const size = sizeOf(path, look(path))
  return { size, open: () => openFile(path, size) }
}

function look(path: string): Stats {
  try {
    const stats = statSync(path)
    // Not opened: that would wait for whoever writes to a pipe.
    accessSync(path, constants.R_OK)
    return stats
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

async function openFile(path: string, size: number): Promise<Opened> {
  const handle = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  try {
    const stats = await handle.stat()
    if (sizeOf(path, stats) !== size) throw changed(path)
    return draw({ next: reader(path, handle, stats) }, () => handle.close())
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Not a Blob of the file: that has no say in when its descriptors are closed. */
function reader(path: string, handle: FileHandle, { size, mtimeMs }: Stats) {
  let left = size
  return async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    if (left === 0) {
      const now = await handle.stat()
      // It may be of two versions, or have more to it by now.
      if (now.size !== size || now.mtimeMs !== mtimeMs) throw changed(path)
      return { value: undefined, done: true }
    }
    const length = Math.min(chunkSize, left)
    // A buffer for each: undici and the spool for resets keep them for a while.
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, null)
    if (bytesRead === 0) throw changed(path)
    left -= bytesRead
    return { value: buffer.subarray(0, bytesRead) }
  }
}

function sizeOf(path: string, stats: Stats): number {
  if (!stats.isFile()) throw new ConfigurationError('path', 'the path of a regular file: no folder, no device', path)
  return stats.size
}

function unreadable(path: string, cause: unknown): ConfigurationError {
  return new ConfigurationError('path', 'the path of a file that is there and can be read', path, { cause })
}

function changed(path: string): ConfigurationError {
  return new ConfigurationError('path', 'the path of a file that stays as it is until it is sent', path)
}
