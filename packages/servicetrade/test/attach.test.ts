import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { SessionResetError } from '@latchkey/core'
import type { AttachFile, AttachParams } from '@latchkey/servicetrade'
import { describe, expect, test } from 'vitest'
import { collect, rejection, startClient } from './support/client.ts'

interface Attachment {
  id: number
  checksum: string
  fileName: string
  fileType: string
  description: string | null
  visibility: string[]
}

const params = { purposeId: 7, entityType: 3, entityId: 1 }
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
const bytes = randomBytes(40_000)
const big = randomBytes(3_000_000)

const chunked = (content: Uint8Array, size = 10_000) =>
  Array.from({ length: Math.ceil(content.length / size) }, (_, index) =>
    content.subarray(index * size, (index + 1) * size),
  )

async function* generate(content: Uint8Array) {
  yield* chunked(content)
}

async function* failing() {
  yield bytes
  throw new Error('the disk is gone')
}

const kinds: [string, (content: Uint8Array<ArrayBuffer>) => NonNullable<AttachFile['value']>, { lasts: boolean }][] = [
  ['a Buffer', (content) => Buffer.from(content), { lasts: true }],
  ['a Uint8Array that is a view', (content) => new Uint8Array([0, ...content, 0]).subarray(1, -1), { lasts: true }],
  ['a Blob', (content) => new Blob([content]), { lasts: true }],
  ['a File', (content) => new File([content], 'named.bin', { type: 'image/png' }), { lasts: true }],
  ['a Node stream', (content) => Readable.from(chunked(content)), { lasts: false }],
  ['a web stream', (content) => new Blob([content]).stream(), { lasts: false }],
  ['a generator', (content) => generate(content), { lasts: false }],
]

describe.each(kinds)('%s', (_kind, make, { lasts }) => {
  test('arrives whole', async () => {
    await using client = await startClient()
    const made = await client.st.attach<Attachment>(params, { value: make(bytes), filename: 'a.bin' })
    expect(made).toMatchObject({ checksum: md5(bytes), fileName: 'a.bin' })
  })

  test('arrives whole after a reset, while it is small', async () => {
    await using client = await startClient()
    await client.st.get('/job/1')
    client.api.resetSessions()
    const made = await client.st.attach<Attachment>(params, { value: make(bytes), filename: 'a.bin' })
    expect(made.checksum).toBe(md5(bytes))
    expect(client.api.counters).toMatchObject({ logins: 2 })
  })

  test('that is big either arrives whole after a reset or fails, and never in part', async () => {
    await using client = await startClient()
    await client.st.get('/job/1')
    client.api.resetSessions()
    const upload = client.st.attach<Attachment>(params, { value: make(big), filename: 'a.bin' })
    if (lasts) {
      expect((await upload).checksum).toBe(md5(big))
    } else {
      expect(await rejection(upload)).toBeInstanceOf(SessionResetError)
      const again = await client.st.attach<Attachment>(params, { value: make(big), filename: 'a.bin' })
      expect(again.checksum).toBe(md5(big))
    }
    expect(await collect(client.st.list('/attachment', params))).toHaveLength(1)
  })

  test('arrives whole when nobody has logged in', async () => {
    await using client = await startClient()
    const made = await client.st.attach<Attachment>(params, { value: make(big), filename: 'a.bin' })
    expect(made.checksum).toBe(md5(big))
  })

  test('that is empty arrives empty', async () => {
    await using client = await startClient()
    const made = await client.st.attach<Attachment>(params, { value: make(new Uint8Array()), filename: 'a.bin' })
    expect(made.checksum).toBe(md5(new Uint8Array()))
  })
})

describe('an upload', () => {
  test('carries its fields, its name and its type', async () => {
    await using client = await startClient()
    const made = await client.st.attach<Attachment>(
      { ...params, description: 'Überprüfung "A"\r\nB', visibility: ['public', 'tech'], other: undefined },
      { value: bytes, filename: 'Prüf "bericht".pdf', contentType: 'application/pdf' },
    )
    expect(made).toMatchObject({
      fileName: expect.stringMatching(/^Prüf/),
      fileType: 'application/pdf',
      description: 'Überprüfung "A"\r\nB',
      visibility: ['public', 'tech'],
    })
  })

  test('of a File has its name and type, if no other is given', async () => {
    await using client = await startClient()
    const value = new File([bytes], 'named.png', { type: 'image/png' })
    expect(await client.st.attach(params, { value })).toMatchObject({ fileName: 'named.png', fileType: 'image/png' })
    const renamed = await client.st.attach(params, { value, filename: 'x.bin', contentType: 'application/x-own' })
    expect(renamed).toMatchObject({ fileName: 'x.bin', fileType: 'application/x-own' })
  })

  test('of a stream asks whether the session lives before it sends any', async () => {
    await using client = await startClient()
    await client.st.get('/job/1')
    client.api.resetSessions()
    // The session counts as proven for a second after it last worked.
    await expect
      .poll(async () => client.st.session.status().then(({ age }) => age), { timeout: 5_000 })
      .toBeGreaterThan(1_100)
    const value = Readable.from(chunked(big))
    const made = await client.st.attach<Attachment>(params, { value, filename: 'a.bin' })
    expect(made.checksum).toBe(md5(big))
    expect(client.api.counters).toMatchObject({ logins: 2 })
  })

  test('closes the file that it could not send', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-attach-'))
    try {
      const path = join(folder, 'file.bin')
      await writeFile(path, big)
      await using client = await startClient()
      client.api.faults.denyLogins = true
      const value = createReadStream(path)
      expect(await rejection(client.st.attach(params, { value, filename: 'a.bin' }))).toMatchObject({
        code: 'LOGIN_REFUSED',
      })
      expect(value.destroyed).toBe(true)
      const missing = createReadStream(join(folder, 'missing'))
      expect(await rejection(client.st.attach(params, { value: missing, filename: 'a.bin' }))).toBeInstanceOf(Error)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('of a file that is missing rejects, though the stream fails during the login', async () => {
    await using client = await startClient()
    const hold = client.api.hold('login')
    const value = createReadStream('/nonexistent/file')
    const upload = rejection(client.st.attach(params, { value, filename: 'a.bin' }))
    await hold.arrived()
    await expect.poll(() => value.destroyed).toBe(true)
    hold.release()
    expect(await upload).toMatchObject({ code: 'ENOENT' })
  })

  test('of a stream that fails half-way rejects with its error and leaves nothing behind', async () => {
    await using client = await startClient()
    const upload = client.st.attach(params, { value: failing(), filename: 'a.bin' })
    expect(await rejection(upload)).toMatchObject({ message: 'the disk is gone' })
    expect(await collect(client.st.list('/attachment', params))).toEqual([])
  })

  test('of a stream is not sent again after a 429, one of bytes is', async () => {
    const serverTimeBudget = { limit: 10, refill: 6_000, cost: 100 }
    await using client = await startClient({ serverTimeBudget })
    await client.st.get('/job/1')
    const streamed = client.st.attach(params, { value: Readable.from([bytes]), filename: 'a.bin' })
    expect(await rejection(streamed)).toMatchObject({ status: 429, retryAfter: 1_000 })
    const made = await client.st.attach<Attachment>(params, { value: bytes, filename: 'a.bin' })
    expect(made.checksum).toBe(md5(bytes))
    expect(client.api.counters.overBudget).toBe(2)
  })

  test('ends with its signal', async () => {
    await using client = await startClient()
    const hold = client.api.hold('request')
    const controller = new AbortController()
    const value = Readable.from(chunked(big))
    const upload = rejection(client.st.attach(params, { value, filename: 'a.bin' }, { signal: controller.signal }))
    await hold.arrived()
    controller.abort(new Error('enough'))
    expect(await upload).toMatchObject({ message: 'enough' })
    expect(value.destroyed).toBe(true)
    hold.release()
  })

  const file = { value: bytes, filename: 'a.bin' }
  const spent = async () => {
    const stream = Readable.from([bytes])
    await collect(stream)
    return stream
  }
  test.each<[string, () => Promise<[unknown, unknown]>, string]>([
    ['no purpose', async () => [{ ...params, purposeId: undefined }, file], 'params.purposeId'],
    ['an entity type that is text', async () => [{ ...params, entityType: 'job' }, file], 'params.entityType'],
    ['no parameters', async () => [undefined, file], 'params.purposeId'],
    ['no file', async () => [params, undefined], 'file options'],
    ['a path for a file', async () => [params, { value: '/etc/hosts', filename: 'a' }], 'value'],
    ['a File without a name', async () => [params, { value: new File([], '') }], 'filename'],
    ['no filename', async () => [params, { value: bytes }], 'filename'],
    ['a type of two lines', async () => [params, { ...file, contentType: 'a/b\r\nc: d' }], 'contentType'],
    ['a stream that was read', async () => [params, { ...file, value: await spent() }], 'value'],
    ['an unknown option', async () => [params, { ...file, name: 'x' }], 'file option name'],
  ])('with %s is a ConfigurationError', async (_what, make, option) => {
    await using client = await startClient()
    const [given, givenFile] = await make()
    const upload = client.st.attach(given as AttachParams, givenFile as AttachFile)
    expect(await rejection(upload)).toMatchObject({ code: 'CONFIGURATION', option })
    expect(client.api.counters.loginAttempts).toBe(0)
  })

  test('of a file on disk is never in memory as a whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-attach-'))
    try {
      const path = join(folder, 'file.bin')
      await writeFile(path, big)
      await using handle = await open(path)
      await using client = await startClient()
      let read = 0
      let ahead = 0
      const counted = async function* () {
        for await (const chunk of handle.createReadStream({ autoClose: false })) {
          read += 1
          ahead = Math.max(ahead, read - taken)
          yield chunk as Buffer
          taken += 1
        }
      }
      let taken = 0
      await client.st.attach(params, { value: counted(), filename: 'a.bin' })
      expect(ahead).toBe(1)
      expect(read).toBe(Math.ceil(big.length / 65_536))
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
