import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { NextFunction, Request, Response as Answer } from 'express'
import { ApiError } from '../envelope.ts'
import type { Field } from './fields.ts'

/** A file that came with a form. */
export class Upload {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
  /** md5, hex. */
  readonly checksum: string

  constructor(file: File, bytes: Uint8Array) {
    this.name = file.name
    this.type = file.type === '' ? 'application/octet-stream' : file.type
    this.bytes = bytes
    this.checksum = createHash('md5').update(bytes).digest('hex')
  }
}

export const upload: Field<Upload> = {
  takes: 'a file',
  read: (value) => (value instanceof Upload ? value : undefined),
}

/** Makes of a form the body that JSON would have made, with an {@link Upload} for each file. */
export async function readMultipart(request: Request, _response: Answer, next: NextFunction): Promise<void> {
  const form = await readForm(request)
  const parts = [...form].map(async ([name, value]) => [
    name,
    value instanceof File ? new Upload(value, new Uint8Array(await value.arrayBuffer())) : asJson(name, value),
  ])
  request.body = Object.fromEntries(await Promise.all(parts))
  next()
}

/** Node's own parser takes the whole form into memory, where the emulator keeps the files anyway. */
async function readForm(request: Request): Promise<FormData> {
  const type = request.headers['content-type'] ?? ''
  if (!/^multipart\/form-data\b/i.test(type)) throw new ApiError(400, 'An upload is multipart/form-data')
  try {
    const body = Readable.toWeb(request) as ReadableStream<Uint8Array>
    return await new Response(body, { headers: { 'content-type': type } }).formData()
  } catch {
    throw new ApiError(400, 'The upload cannot be read')
  }
}

const numbers = new Set(['purposeId', 'entityType', 'entityId'])

function asJson(name: string, value: string): unknown {
  if (name === 'visibility') return value.split(',')
  return numbers.has(name) ? Number(value) : value
}
