import { randomUUID } from 'node:crypto'

export type Content = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>

export interface FilePart {
  readonly name: string
  readonly filename: string
  readonly contentType: string
  /** Bytes; `undefined` if it is not known. */
  readonly size: number | undefined
  /** Called before anything of the form is sent. */
  open(): Content | Promise<Content>
}

export interface Multipart {
  readonly headers: Readonly<Record<string, string>>
  /** The whole body, read anew from the file's content. */
  open(): AsyncGenerator<Uint8Array | string, void>
}

/**
 * A form with one file, framed by hand: undici's FormData takes no streams, and as a generator the body
 * is never in memory as a whole.
 */
export function multipart(fields: readonly (readonly [string, string])[], file: FilePart): Multipart {
  const boundary = `latchkey-${randomUUID()}`
  const part = (name: string, rest: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${escape(name)}"${rest}\r\n\r\n`
  const texts = fields.map(([name, value]) => `${part(name, '')}${value}\r\n`)
  const about = `; filename="${escape(file.filename)}"\r\ncontent-type: ${file.contentType}`
  const head = Buffer.from([...texts, part(file.name, about)].join(''))
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...(file.size !== undefined && { 'content-length': String(head.length + file.size + tail.length) }),
    },
    async *open() {
      const content = await file.open()
      yield head
      yield* content
      yield tail
    },
  }
}

/** As browsers do. */
function escape(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}
