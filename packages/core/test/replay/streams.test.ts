import { randomBytes } from 'node:crypto'
import { Readable, Stream } from 'node:stream'
import { SessionResetError } from '@latchkey/core'
import { Request as UndiciRequest } from 'undici'
import { describe, expect, test } from 'vitest'
import { startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type Kit, openSession, resetUnder, send } from './kit.ts'

const chunk = 8 * 1024
const small = randomBytes(5 * chunk)
const large = randomBytes(40 * chunk)

function* chunks(data: Buffer): Generator<Buffer, void> {
  for (let start = 0; start < data.length; start += chunk) yield data.subarray(start, start + chunk)
}

async function* asyncChunks(data: Buffer): AsyncGenerator<Buffer, void> {
  yield* chunks(data)
}

/** A stream of the first generation, as some form libraries still make: it can't be iterated. */
function oldStream(data: Buffer): Stream {
  const stream = new Stream()
  stream.pipe = ((target: NodeJS.WritableStream) => Readable.from(chunks(data)).pipe(target)) as Stream['pipe']
  return stream
}

const sources: Record<string, (data: Buffer) => unknown> = {
  'a Readable': (data) => Readable.from(chunks(data)),
  'a web stream': (data) => Readable.toWeb(Readable.from(chunks(data))),
  'an async generator': asyncChunks,
  'a generator': chunks,
  'an array of chunks': (data) => [...chunks(data)],
  'a stream of the old kind': oldStream,
}

type Go = (kit: Kit, url: string, body: unknown) => Promise<number>

const viaRequest: Go = async ({ dispatcher }, url, body) =>
  (await send(url, { dispatcher, method: 'POST', body: body as never })).statusCode

const viaFetch: Go = async ({ session }, url, body) => {
  const response = await session.fetch(url, { method: 'POST', body: body as never })
  await response.text()
  return response.status
}

const viaFetchOfRequest: Go = async ({ session }, url, body) => {
  const response = await session.fetch(new UndiciRequest(url, { method: 'POST', body: body as never, duplex: 'half' }))
  await response.text()
  return response.status
}

const cases = [
  ...Object.entries(sources).map(([name, make]) => ({ name, make, way: 'undici request', go: viaRequest })),
  { name: 'a web stream', make: sources['a web stream']!, way: 'session.fetch', go: viaFetch },
  { name: 'an async generator', make: asyncChunks, way: 'session.fetch', go: viaFetch },
  { name: 'a web stream', make: sources['a web stream']!, way: 'session.fetch of a Request', go: viaFetchOfRequest },
]

describe.each(cases)('$name by $way', ({ make, go }) => {
  test('replays whole while it is small', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    expect(await resetUnder(api, 1, () => go(kit, `${api.origin}/job`, make(small)))).toBe(200)
    expect(api.counts).toMatchObject({ login: 2, rejected: 1, served: 1 })
    for (const { body, complete } of api.received) expect([body.equals(small), complete]).toEqual([true, true])
  })

  test('is sent at once, without asking, where the session has just worked', async () => {
    await using api = await startApi()
    await using kit = openSession(api, { clock: new VirtualClock() })
    await kit.session.grant()
    expect(await go(kit, `${api.origin}/job`, make(large))).toBe(200)
    expect(api.counts).toMatchObject({ login: 1, probe: 0, served: 1 })
    expect(api.received[0]!.body.equals(large)).toBe(true)
  })

  test('waits for the server to say that the session still lives', async () => {
    await using api = await startApi()
    const clock = new VirtualClock()
    await using kit = openSession(api, { clock })
    await kit.session.grant()
    await clock.advance(1_001)
    expect(await go(kit, `${api.origin}/job`, make(large))).toBe(200)
    expect(api.counts).toMatchObject({ login: 1, probe: 1, request: 1, served: 1 })
  })

  test('is not begun before a dead session is replaced', async () => {
    await using api = await startApi()
    const clock = new VirtualClock()
    await using kit = openSession(api, { clock })
    await kit.session.grant()
    await clock.advance(1_001)
    api.reset()
    expect(await go(kit, `${api.origin}/job`, make(large))).toBe(200)
    expect(api.counts).toMatchObject({ login: 2, probe: 1, request: 1, rejected: 0, served: 1 })
    expect(api.received[0]!.body.equals(large)).toBe(true)
  })

  test('fails at once with a typed error where it is reset past what is kept, and the next call works', async () => {
    await using api = await startApi()
    // Time stands still: the error needs no timer.
    await using kit = openSession(api, { clock: new VirtualClock() })
    await kit.session.grant()
    const failure = await resetUnder(api, 1, () => go(kit, `${api.origin}/job`, make(large))).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(SessionResetError)
    expect(failure).toMatchObject({ code: 'SESSION_RESET', reason: 'body-too-large', subject: kit.session.subject })
    expect(api.received.map(({ body }) => body.equals(large))).toEqual([true])
    expect(await go(kit, `${api.origin}/job`, make(small))).toBe(200)
    expect(api.counts).toMatchObject({ login: 2, rejected: 1, served: 1 })
    expect(api.received[1]!.body.equals(small)).toBe(true)
  })
})

test('a declared length tells a stream that is worth asking for from one that is not', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  await using kit = openSession(api, { clock })
  await kit.session.grant()
  await clock.advance(1_001)
  const post = (data: Buffer, headers: unknown): Promise<unknown> =>
    send(`${api.origin}/job`, {
      dispatcher: kit.dispatcher,
      method: 'POST',
      body: Readable.from(chunks(data)),
      headers: headers as never,
    })
  await post(small, { 'Content-Length': String(small.length) })
  expect(api.counts).toMatchObject({ probe: 0, served: 1 })
  await clock.advance(1_001)
  await post(small, ['content-length', String(small.length)])
  expect(api.counts).toMatchObject({ probe: 0, served: 2 })
  await clock.advance(1_001)
  await post(large, { 'Content-Length': String(large.length) })
  expect(api.counts).toMatchObject({ probe: 1, served: 3 })
})

test('a probe that cannot tell lets the request find out', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  await using kit = openSession(api, { clock })
  await kit.session.grant()
  await clock.advance(1_001)
  api.always('/probe', { status: 503 })
  expect(await viaRequest(kit, `${api.origin}/job`, Readable.from(chunks(large)))).toBe(200)
  expect(api.counts).toMatchObject({ login: 1, probe: 1, served: 1 })
})

test('requests that ask at the same time share one probe', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  await using kit = openSession(api, { clock })
  await kit.session.grant()
  await clock.advance(1_001)
  const probe = api.hold('probe')
  const all = Array.from({ length: 10 }, () => viaRequest(kit, `${api.origin}/job`, Readable.from(chunks(large))))
  await probe.arrived(1)
  probe.release()
  expect(new Set(await Promise.all(all))).toEqual(new Set([200]))
  expect(api.counts).toMatchObject({ login: 1, probe: 1, served: 10 })
})
