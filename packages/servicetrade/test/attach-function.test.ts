import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { AttachFile } from '@latchkey/servicetrade'
import { describe, expect, test, vi } from 'vitest'
import { collect, rejection, startClient } from './support/client.ts'
import { type Attachment, during, md5, params } from './support/uploads.ts'

const bytes = randomBytes(3_000_000)
const chunks = Array.from({ length: 30 }, (_, index) => bytes.subarray(index * 100_000, (index + 1) * 100_000))
const filename = 'a.bin'

async function* generate() {
  yield* chunks
}

const kinds: [string, () => unknown][] = [
  ['bytes', () => bytes],
  ['a Blob', () => new Blob([bytes])],
  ['a Node stream', () => Readable.from(chunks)],
  ['a web stream', () => new Blob([bytes]).stream()],
  ['a generator', generate],
  ['a promise', async () => Readable.from(chunks)],
]

/** An iterable whose iterator is always the same. */
const wrapped = (iterator: AsyncGenerator<Uint8Array>) => ({ [Symbol.asyncIterator]: () => iterator })

async function startLoggedIn(...options: Parameters<typeof startClient>) {
  const client = await startClient(...options)
  await client.st.get('/job/1')
  return client
}

const attach = (client: Awaited<ReturnType<typeof startClient>>, value: () => unknown, signal?: AbortSignal) =>
  client.st.attach<Attachment>(params, { value, filename } as AttachFile, { signal })

describe.each(kinds)('a function that returns %s', (_kind, make) => {
  test('is asked once for an upload that arrives', async () => {
    await using client = await startClient()
    const value = vi.fn<() => unknown>(make)
    expect((await attach(client, value)).checksum).toBe(md5(bytes))
    expect(value).toHaveBeenCalledTimes(1)
  })

  test('is asked again when the session ends under the upload, and all of it is sent again', async () => {
    await using client = await startLoggedIn()
    const value = vi.fn<() => unknown>(make)
    const made = await during(
      client.api,
      () => attach(client, value),
      () => client.api.resetSessions(),
    )
    expect(made.checksum).toBe(md5(bytes))
    expect(value).toHaveBeenCalledTimes(2)
    expect(client.api.counters).toMatchObject({ logins: 2, rejected: 1 })
    expect(await collect(client.st.list('/attachment', params))).toHaveLength(1)
  })
})

describe('an upload from a function', () => {
  test('is sent again after a 429', async () => {
    await using client = await startLoggedIn({ serverTimeBudget: { limit: 10, refill: 6_000, cost: 100 } })
    const value = vi.fn<() => unknown>(generate)
    expect((await attach(client, value)).checksum).toBe(md5(bytes))
    expect(value).toHaveBeenCalledTimes(2)
    expect(client.api.counters.overBudget).toBe(1)
  })

  test('takes what can be read many times from one that always returns the same', async () => {
    await using client = await startLoggedIn()
    client.api.resetSessions()
    const same = { [Symbol.asyncIterator]: generate }
    expect((await attach(client, () => same)).checksum).toBe(md5(bytes))
  })

  test('lets go of every stream that was opened', async () => {
    await using client = await startLoggedIn()
    const opened: Readable[] = []
    const value = () => {
      opened.push(Readable.from(chunks))
      return opened.at(-1)
    }
    await during(
      client.api,
      () => attach(client, value),
      () => client.api.resetSessions(),
    )
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true])
  })

  test('lets go of a stream that stands still when it is aborted', async () => {
    await using client = await startLoggedIn()
    const controller = new AbortController()
    const { promise: reading, resolve } = Promise.withResolvers<void>()
    const stream = new Readable({ read: () => resolve() })
    const outcome = rejection(attach(client, () => stream, controller.signal))
    await reading
    controller.abort(new Error('enough'))
    expect(await outcome).toMatchObject({ message: 'enough' })
    expect(stream.destroyed).toBe(true)
  })

  test.each(['function', 'value'])(
    'cancels a web stream that stands still when it is aborted, of a %s',
    async (way) => {
      await using client = await startLoggedIn()
      const controller = new AbortController()
      const { promise: reading, resolve } = Promise.withResolvers<void>()
      const cancel = vi.fn<() => void>()
      const pull = () => {
        resolve()
        return new Promise<void>(() => {})
      }
      // Not pulled before it is read.
      const stream = new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 })
      const value = way === 'function' ? () => stream : stream
      const { signal } = controller
      const outcome = rejection(client.st.attach(params, { value, filename }, { signal }))
      await reading
      controller.abort(new Error('enough'))
      expect(await outcome).toMatchObject({ message: 'enough' })
      expect(cancel).toHaveBeenCalledTimes(1)
    },
  )

  test('lets go of a stream that comes after it was aborted', async () => {
    await using client = await startLoggedIn()
    const controller = new AbortController()
    const { promise, resolve: deliver } = Promise.withResolvers<Readable>()
    const { promise: asked, resolve: onAsk } = Promise.withResolvers<void>()
    const outcome = rejection(attach(client, () => (onAsk(), promise), controller.signal))
    await asked
    controller.abort(new Error('enough'))
    expect(await outcome).toMatchObject({ message: 'enough' })
    const stream = Readable.from(chunks)
    deliver(stream)
    await once(stream, 'close')
    expect(stream.readableDidRead).toBe(false)
  })

  const failures: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('no such report')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no such report'))],
    [
      'returns a stream that fails',
      () =>
        Readable.from(
          (async function* () {
            yield bytes
            throw new Error('no such report')
          })(),
        ),
    ],
  ]
  test.each(failures)('rejects with the error of one that %s, and nothing is stored', async (_how, value) => {
    await using client = await startLoggedIn()
    expect(await rejection(attach(client, value))).toMatchObject({ message: 'no such report' })
    expect(await collect(client.st.list('/attachment', params))).toEqual([])
    expect((await attach(client, () => bytes)).checksum).toBe(md5(bytes))
  })

  test('rejects with the error of one that throws when it is asked again', async () => {
    await using client = await startLoggedIn()
    client.api.resetSessions()
    const value = vi.fn<() => unknown>(() => bytes).mockImplementationOnce(generate)
    value.mockImplementationOnce(() => {
      throw new Error('no such report')
    })
    expect(await rejection(attach(client, value))).toMatchObject({ message: 'no such report' })
    expect(value).toHaveBeenCalledTimes(2)
  })

  const spent: [string, () => unknown][] = [
    ['Node stream', () => Readable.from(chunks)],
    ['web stream', () => new Blob([bytes]).stream()],
    ['generator', generate],
    ['generator in a wrapping', () => wrapped(generate())],
  ]
  test.each(spent)('rejects when the same %s is returned twice, and nothing is stored', async (_kind, make) => {
    await using client = await startLoggedIn()
    client.api.resetSessions()
    const same = make()
    const error = { code: 'CONFIGURATION', option: 'value' }
    expect(await rejection(attach(client, () => same))).toMatchObject(error)
    expect(await collect(client.st.list('/attachment', params))).toEqual([])
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a path', '/etc/hosts'],
    ['another function', () => bytes],
    ['an object', {}],
  ])('rejects when %s is returned, and nothing is stored', async (_what, made) => {
    await using client = await startLoggedIn()
    expect(await rejection(attach(client, () => made))).toMatchObject({ code: 'CONFIGURATION', option: 'value' })
    expect(await collect(client.st.list('/attachment', params))).toEqual([])
  })

  test('needs a name: that of the function is none', async () => {
    await using client = await startClient()
    const upload = client.st.attach(params, { value: generate })
    expect(await rejection(upload)).toMatchObject({ code: 'CONFIGURATION', option: 'filename' })
  })
})
