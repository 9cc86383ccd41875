import { randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { SessionResetError } from '@latchkey/core'
import { describe, expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type Kit, openSession, resetUnder, send } from './kit.ts'

const small = randomBytes(40 * 1024)
const large = randomBytes(320 * 1024)

const viaRequest = async ({ dispatcher }: Kit, url: string, body: unknown): Promise<number> =>
  (await send(url, { dispatcher, method: 'POST', body: body as never })).statusCode

const ways = {
  'undici request': viaRequest,
  'session.fetch': async ({ session }: Kit, url: string, body: unknown): Promise<number> =>
    (await session.fetch(url, { method: 'POST', body: body as never })).status,
}

/** Rejects the next request at once, before its body is read, and goes on reading for as long as it comes. */
function rejectEarly(api: ScriptedApi): { received: Promise<{ complete: boolean; body: Buffer }> } {
  const received = Promise.withResolvers<{ complete: boolean; body: Buffer }>()
  api.next('/job', async ({ response, receive }) => {
    response.writeHead(401).end()
    received.resolve(await receive())
  })
  return { received: received.promise }
}

/** Gives a chunk for each call of `feed`, and tells when it is let go. */
function hose(): { body: Readable; feed: (data: Buffer) => void; end: () => void } {
  const body = new PassThrough({ highWaterMark: large.length })
  return { body, feed: (data) => body.write(data), end: () => body.end() }
}

test('a body is never cut short and taken for whole: a reset in the middle of one that grows too large', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await kit.session.grant()
  const { body, feed } = hose()
  const { received } = rejectEarly(api)
  feed(large)
  const sent = viaRequest(kit, `${api.origin}/job`, body)
  await expect(sent).rejects.toThrow(SessionResetError)
  expect((await received).complete).toBe(false)
  expect(body.destroyed).toBe(true)
  expect(await viaRequest(kit, `${api.origin}/job`, 'next')).toBe(200)
})

test('a stream that a reset meets at its beginning goes on where it was, nothing lost', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await kit.session.grant()
  const { body, feed, end } = hose()
  const early = rejectEarly(api)
  feed(small)
  const sent = viaRequest(kit, `${api.origin}/job`, body)
  expect((await early.received).complete).toBe(false)
  feed(large)
  end()
  expect(await sent).toBe(200)
  expect(api.received.at(-1)!.body.equals(Buffer.concat([small, large]))).toBe(true)
})

test('a stream that grows too large while its reset is still being read fails with a typed error', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { clock: new VirtualClock() })
  await kit.session.grant()
  const { body, feed } = hose()
  const begun = Promise.withResolvers<() => void>()
  let size = 0
  api.next('/job', ({ request, response }) => {
    request.on('error', () => {})
    request.on('data', (data: Buffer) => (size += data.length))
    response.writeHead(401)
    response.write('wait', () => begun.resolve(() => response.end()))
  })
  feed(small)
  const sent = viaRequest(kit, `${api.origin}/job`, body)
  sent.catch(() => {})
  const finish = await begun.promise
  await expect.poll(() => api.counts.login, { interval: 1 }).toBe(2)
  feed(large)
  await expect.poll(() => size, { interval: 1 }).toBe(small.length + large.length)
  // What follows shows that the one before was taken for sent.
  feed(small)
  await expect.poll(() => size, { interval: 1 }).toBe(2 * small.length + large.length)
  finish()
  await expect(sent).rejects.toMatchObject({ code: 'SESSION_RESET', reason: 'body-too-large' })
  expect(api.counts.request).toBe(1)
})

async function* failing(): AsyncGenerator<Buffer> {
  yield small
  throw new RangeError('the file is gone')
}

test('a source that fails fails the request with its own error, and is not sent as if it were whole', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await expect(viaRequest(kit, `${api.origin}/job`, failing())).rejects.toThrow('the file is gone')
  expect(api.counts.served).toBe(0)
  await expect(viaRequest(kit, `${api.origin}/job`, Readable.from(failing()))).rejects.toThrow('the file is gone')
  await expect.poll(() => api.received.map(({ complete }) => complete)).toEqual([false, false])
})

test('a source that fails while its request waits for a login crashes nobody', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const login = api.hold('login')
  const body = new PassThrough()
  const sent = viaRequest(kit, `${api.origin}/job`, body)
  await login.arrived(1)
  body.destroy(new RangeError('the file is gone'))
  login.release()
  await expect(sent).rejects.toThrow('the file is gone')
  expect(api.counts.served).toBe(0)
})

async function failToLogIn(api: ScriptedApi, kit: Kit, body: unknown): Promise<void> {
  api.always('/login', { status: 500 })
  await expect(viaRequest(kit, `${api.origin}/job`, body)).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
}

describe('a source that is never read to its end is let go', () => {
  test('if no login comes about: a Readable', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    const body = new PassThrough()
    await failToLogIn(api, kit, body)
    expect(body.destroyed).toBe(true)
  })

  test('if no login comes about: a web stream', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    const cancelled = Promise.withResolvers<void>()
    await failToLogIn(api, kit, new ReadableStream({ cancel: () => cancelled.resolve() }))
    await cancelled.promise
  })

  test.each(['a Readable', 'a web stream'])('if the caller aborts while the source is silent: %s', async (kind) => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const readable = new PassThrough()
    const cancelled = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const web = new ReadableStream(
      {
        pull: () => {
          started.resolve()
          return new Promise(() => {})
        },
        cancel: () => cancelled.resolve(),
      },
      { highWaterMark: 0 },
    )
    readable.on('close', () => cancelled.resolve())
    readable.on('resume', () => started.resolve()).on('readable', () => {})
    const controller = new AbortController()
    const body = kind === 'a Readable' ? readable : web
    const sent = send(`${api.origin}/job`, {
      dispatcher: kit.dispatcher,
      method: 'POST',
      body: body as never,
      signal: controller.signal,
    })
    sent.catch(() => {})
    if (kind === 'a web stream') await started.promise
    controller.abort(new Error('enough'))
    await expect(sent).rejects.toThrow('enough')
    await cancelled.promise
  })
})

test('session.fetch lets go of a stream that cannot be replayed', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await kit.session.grant()
  const { body, feed } = hose()
  rejectEarly(api)
  feed(large)
  await expect(kit.session.fetch(`${api.origin}/job`, { method: 'POST', body: body as never })).rejects.toThrow(
    SessionResetError,
  )
  expect(body.destroyed).toBe(true)
})

test.each(Object.entries(ways))(
  'a stream that was read before is refused, not sent as if empty: %s',
  async (_n, go) => {
    await using api = await startApi()
    await using kit = openSession(api)
    const readable = Readable.from([small])
    const web = new Blob([small]).stream()
    await buffer(readable)
    await buffer(web)
    for (const body of [readable, web]) {
      await expect(go(kit, `${api.origin}/job`, body)).rejects.toMatchObject({ code: 'CONFIGURATION', option: 'body' })
    }
    expect(api.counts).toMatchObject({ login: 0, request: 0 })
  },
)

test('session.fetch sends a generator of text as it is', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await kit.session.grant()
  const body = Readable.from(['Grüße', ', ', '世界']) as never
  await resetUnder(api, 1, () => kit.session.fetch(`${api.origin}/job`, { method: 'POST', body }))
  expect(api.received.map((one) => one.body.toString())).toEqual(['Grüße, 世界', 'Grüße, 世界'])
})
