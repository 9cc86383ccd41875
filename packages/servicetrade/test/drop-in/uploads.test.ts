import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Stream } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { ConfigurationError } from '@latchkey/core'
import { expect, test } from 'vitest'
import { toUpload } from '../../src/drop-in/uploads.ts'

async function textOf({ body }: { body?: unknown }): Promise<string> {
  const opened = (typeof body === 'function' ? body() : body) as AsyncIterable<Uint8Array | string>
  const chunks: Buffer[] = []
  for await (const chunk of opened) chunks.push(Buffer.from(chunk as string))
  return Buffer.concat(chunks).toString()
}

/** Of the first generation: it can be piped, and nothing else. */
function oldStream(text: string): Stream {
  const stream = new Stream()
  queueMicrotask(() => {
    stream.emit('data', Buffer.from(text))
    stream.emit('end')
  })
  return stream
}

test.each([
  ['a Buffer', () => Buffer.from('content')],
  ['a string', () => 'content'],
  ['an ArrayBuffer', () => new TextEncoder().encode('content').buffer],
  ['a Blob', () => new Blob(['content'])],
  ['a stream', () => Readable.from([Buffer.from('content')])],
  ['a web stream', () => new Blob(['content']).stream()],
  ['a stream of the first generation', () => oldStream('content')],
])('%s is taken', async (_kind, make) => {
  const upload = toUpload({}, { value: make(), options: { filename: 'a.txt', contentType: 'text/plain' } })
  expect(await textOf(upload)).toMatch(
    /name="uploadedFile"; filename="a.txt"\r\ncontent-type: text\/plain\r\n\r\ncontent\r\n--/,
  )
  upload.release()
})

test('a file is named after its options, itself, what its stream reads, or not at all', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-upload-'))
  const path = join(folder, 'on-disk.pdf')
  writeFileSync(path, 'content')
  const named = async (value: unknown, options?: unknown) =>
    /filename="([^"]*)"/.exec(await textOf(toUpload({}, { value, options })))?.[1]
  try {
    expect(await named('x', { filename: 'given.txt' })).toBe('given.txt')
    expect(await named('x', 'given.txt')).toBe('given.txt')
    expect(await named(new File(['x'], 'own.txt'))).toBe('own.txt')
    expect(await named(createReadStream(path))).toBe('on-disk.pdf')
    expect(await named(Buffer.from('x'))).toBe('file')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('parameters of any kind become fields, and nothing is asked of them', async () => {
  const params = {
    purposeId: 7,
    entityId: '1',
    visible: true,
    tags: [1, 'a'],
    none: null,
    gone: undefined,
    more: { a: 1 },
  }
  const text = await textOf(toUpload(params, { value: 'x' }))
  const fields = [...text.matchAll(/name="(\w+)"\r\n\r\n(.*)\r\n/g)].map(([, name, value]) => [name, value])
  expect(fields).toEqual([
    ['purposeId', '7'],
    ['entityId', '1'],
    ['visible', '1'],
    ['tags', '1,a'],
    ['more', '{"a":1}'],
  ])
  expect(await textOf(toUpload(undefined, { value: 'x' }))).toContain('uploadedFile')
})

test('no file, and what can be none, is refused', () => {
  for (const file of [undefined, null, 'text', {}, { value: null }, { value: 42 }, { value: { a: 1 } }]) {
    expect(() => toUpload({}, file)).toThrow(/takes/)
  }
})

test('a stream beside options that make no sense is let go of, whether it can be opened or not', async () => {
  for (const path of [fileURLToPath(import.meta.url), '/nowhere/at/all']) {
    const value = createReadStream(path)
    expect(() => toUpload({}, { value, options: { contentType: 'pdf' } })).toThrow(ConfigurationError)
    expect(value.destroyed).toBe(true)
    await new Promise<void>((resolve) => value.once('close', () => resolve()))
  }
})
