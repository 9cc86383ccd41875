import { basename } from 'node:path'
import { PassThrough, pipeline, Readable, Stream } from 'node:stream'
import { ConfigurationError } from '@latchkey/core'
import { openUpload, type Upload } from '../files/upload.ts'

const takes = '{ value, options: { filename, contentType } }, as in { value: fs.createReadStream(path) }'

/**
 * A file as the SDKs take it, and what it is attached to. `release` lets go of a stream that was not read to its end.
 *
 * @throws {ConfigurationError} for no file, or what can be none
 */
export function toUpload(params: unknown, file: unknown): Upload {
  if (typeof file !== 'object' || file === null) throw new ConfigurationError('file', takes, file)
  const { value, options } = file as { value?: unknown; options?: unknown }
  if (value === undefined || value === null) throw new ConfigurationError('file.value', takes, value)
  const about = typeof options === 'string' ? { filename: options } : ((options ?? {}) as Record<string, unknown>)
  const contentType = textOf(about['contentType'])
  const source = toSource(value)
  try {
    return openUpload(fieldsOf(params), {
      value: source,
      filename: textOf(about['filename']) ?? textOf(about['filepath']) ?? nameOf(value) ?? 'file',
      ...(contentType !== undefined && { contentType }),
    } as Parameters<typeof openUpload>[1])
  } catch (error) {
    letGo(source)
    throw error
  }
}

/** A file that was opened for nothing. That it can't be opened is told by the other error. */
function letGo(source: unknown): void {
  if (!(source instanceof Stream)) return
  source.on('error', () => {})
  if (source instanceof Readable) source.destroy()
}

/** Form fields, of whatever the parameters are: the server tells what it does not take. */
function fieldsOf(params: unknown): (readonly [string, string])[] {
  const entries = Object.entries((params ?? {}) as Record<string, unknown>)
  return entries.flatMap(([name, value]) => {
    const text = fieldOf(value)
    return text === undefined ? [] : [[name, text] as const]
  })
}

function fieldOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (Array.isArray(value)) return value.map((one) => fieldOf(one) ?? '').join(',')
  if (value instanceof Date) return String(Math.floor(value.getTime() / 1_000))
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A File's own name, or that of the file that a stream reads. */
function nameOf(value: unknown): string | undefined {
  const { name, path } = Object(value) as { name?: unknown; path?: unknown }
  const known = textOf(name) ?? textOf(Buffer.isBuffer(path) ? path.toString() : path)
  return known === undefined ? undefined : basename(known)
}

function toSource(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(value)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  const { pipe } = Object(value) as { pipe?: unknown }
  if (typeof pipe !== 'function' || Symbol.asyncIterator in Object(value)) return value
  // Streams of the first generation, as the form-data package makes them, can only be piped.
  return pipeline(value as Readable, new PassThrough(), () => {})
}
