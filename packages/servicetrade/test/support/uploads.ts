import { createHash } from 'node:crypto'
import type { Emulator } from '@latchkey/servicetrade-emulator'

export interface Attachment {
  readonly checksum: string
  readonly fileName: string
  readonly fileType: string
}

export const params = { purposeId: 7, entityType: 3, entityId: 1 }

export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

/** Starts an upload, and lets the server read it once `meanwhile` is over. */
export async function during<T>(api: Emulator, upload: () => Promise<T>, meanwhile: () => unknown): Promise<T> {
  const hold = api.hold('request', { limit: 1 })
  const outcome = upload()
  outcome.catch(() => {})
  await hold.arrived()
  await meanwhile()
  hold.release()
  return outcome
}

const blockSize = 64 * 1024

/**
 * Bytes that can be told from each other, the same each time. The memory of a block is used again 4 MB later: who keeps
 * more than that finds it changed.
 */
export function* blocks(size: number): Generator<Buffer, void> {
  const ring = Array.from({ length: 64 }, () => Buffer.alloc(blockSize))
  for (let index = 0; index * blockSize < size; index += 1) {
    const block = ring[index % ring.length]!.fill(`block ${index} `)
    yield block.subarray(0, Math.min(blockSize, size - index * blockSize))
  }
}
