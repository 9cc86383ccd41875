import { createHash, randomBytes } from 'node:crypto'
import { FormData as UndiciFormData } from 'undici'
import { describe, expect, test } from 'vitest'
import { type Received, type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { type Kit, openSession, resetUnder, send } from './kit.ts'

const text = 'Grüße, 世界\r\n'.repeat(20)
// Past what is kept of a stream: that limit is not for bodies that can be read again.
const bytes = randomBytes(300 * 1024)
const form = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }
const plain = { 'content-type': 'text/plain;charset=UTF-8' }

interface Sample {
  readonly make: () => unknown
  readonly sent: Uint8Array
  /** What the server must see besides, where the caller names no content type. */
  readonly headers?: Record<string, string>
  /** The same for fetch, where it differs. */
  readonly fetchHeaders?: Record<string, string>
}

const samples: Record<string, Sample> = {
  'a string': { make: () => text, sent: Buffer.from(text), fetchHeaders: plain },
  'a Buffer': { make: () => bytes, sent: bytes },
  'a Uint8Array that is part of a larger one': {
    make: () => new Uint8Array(bytes.buffer, bytes.byteOffset + 7, 1_000),
    sent: bytes.subarray(7, 1_007),
  },
  'an ArrayBuffer': { make: () => new Uint8Array(bytes).buffer, sent: bytes },
  'a Blob': {
    make: () => new Blob([bytes], { type: 'image/png' }),
    sent: bytes,
    headers: { 'content-type': 'image/png' },
  },
  URLSearchParams: {
    make: () => new URLSearchParams({ a: '1 2', b: 'ü&' }),
    sent: Buffer.from('a=1+2&b=%C3%BC%26'),
    headers: form,
  },
  'a function that returns bytes': { make: () => () => bytes, sent: bytes },
  'a function that resolves to a string': {
    make: () => async () => text,
    sent: Buffer.from(text),
    fetchHeaders: plain,
  },
  'a function that returns a fresh stream': {
    make: () => () =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new Uint8Array(bytes))
          controller.close()
        },
      }),
    sent: bytes,
  },
  'a function that returns a fresh generator': {
    make: () =>
      async function* () {
        yield bytes.subarray(0, 100_000)
        yield bytes.subarray(100_000)
      },
    sent: bytes,
  },
}

const ways: Record<
  string,
  (kit: Kit, url: string, body: unknown, headers?: Record<string, string>) => Promise<number>
> = {
  'undici request': async ({ dispatcher }, url, body, headers = {}) =>
    (await send(url, { dispatcher, method: 'POST', headers, body: body as never })).statusCode,
  'session.fetch': async ({ session }, url, body, headers = {}) => {
    const response = await session.fetch(url, { method: 'POST', headers, body: body as never })
    await response.text()
    return response.status
  },
}

const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

async function replay(
  api: ScriptedApi,
  kit: Kit,
  go: (kit: Kit, url: string, body: unknown) => Promise<number>,
  body: unknown,
): Promise<Received[]> {
  await kit.session.grant()
  const status = await resetUnder(api, 1, () => go(kit, `${api.origin}/job`, body))
  expect(status).toBe(200)
  expect(api.counts).toMatchObject({ login: 2, probe: 0, rejected: 1, served: 1 })
  expect(api.received.map(({ method, complete }) => ({ method, complete }))).toEqual([
    { method: 'POST', complete: true },
    { method: 'POST', complete: true },
  ])
  return api.received
}

describe.each(Object.entries(ways))('%s', (way, go) => {
  test.each(Object.entries(samples))('replays a POST with %s', async (_name, sample) => {
    await using api = await startApi()
    await using kit = openSession(api)
    const headers = (way === 'session.fetch' ? sample.fetchHeaders : undefined) ?? sample.headers ?? {}
    for (const received of await replay(api, kit, go, sample.make())) {
      expect(hash(received.body)).toBe(hash(sample.sent))
      expect(received.headers['content-type']).toBe(headers['content-type'])
    }
  })

  test.each(Object.entries({ "undici's": UndiciFormData, "Node's own": FormData }))(
    'replays a POST with FormData of %s making',
    async (_name, Form) => {
      await using api = await startApi()
      await using kit = openSession(api)
      const body = new Form()
      body.append('entityId', '17')
      body.append('note', 'first')
      body.append('note', 'second ü')
      body.append('uploadedFile', new File([bytes], 'plän.pdf', { type: 'application/pdf' }))
      for (const received of await replay(api, kit, go, body)) {
        const parsed = await new Response(new Uint8Array(received.body), {
          headers: { 'content-type': received.headers['content-type']! },
        }).formData()
        const file = parsed.get('uploadedFile') as File
        expect(parsed.get('entityId')).toBe('17')
        expect(parsed.getAll('note')).toEqual(['first', 'second ü'])
        expect([file.name, file.type, hash(await file.bytes())]).toEqual(['plän.pdf', 'application/pdf', hash(bytes)])
      }
    },
  )

  test('leaves a content type that the caller names as it is', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    const named = { 'Content-Type': 'application/x-own' }
    const body = new URLSearchParams({ a: '1' })
    for (const { headers } of await replay(api, kit, (to, url, own) => go(to, url, own, named), body))
      expect(headers['content-type']).toBe('application/x-own')
  })

  test('calls a function once for each time the request is sent', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    let calls = 0
    const received = await replay(api, kit, go, () => `call ${(calls += 1)}`)
    expect(received.map(({ body }) => body.toString())).toEqual(['call 1', 'call 2'])
  })

  test('fails with what a function throws, and sends no empty body instead', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    let calls = 0
    const body = async (): Promise<string> => {
      calls += 1
      if (calls > 1) throw new RangeError('nothing left')
      return 'once'
    }
    await expect(resetUnder(api, 1, () => go(kit, `${api.origin}/job`, body))).rejects.toThrow(RangeError)
    expect(api.received.map((one) => one.body.toString())).toEqual(['once'])
  })
})
