import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline as pump } from 'node:stream/promises'
import { pipeline, stream, upgrade } from 'undici'
import { expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { type Kit, openSession, send } from './kit.ts'

async function dead(api: ScriptedApi, kit: Kit): Promise<void> {
  await kit.session.grant()
  api.reset()
}

test('undici.stream writes the live answer alone', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await dead(api, kit)
  let written = ''
  const statuses: number[] = []
  await stream(`${api.origin}/job`, { dispatcher: kit.dispatcher, method: 'PUT', body: 'x' }, ({ statusCode }) => {
    statuses.push(statusCode)
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        written += chunk.toString()
        done()
      },
    })
  })
  expect(statuses).toEqual([200])
  expect(JSON.parse(written)).toMatchObject({ path: '/job', body: 'x', tokens: [api.tokens[1]] })
})

test('undici.pipeline sends what is piped in, and pipes the live answer out', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await dead(api, kit)
  const duplex = pipeline(`${api.origin}/job`, { dispatcher: kit.dispatcher, method: 'POST' }, ({ body }) => body)
  let answer = ''
  await pump(Readable.from(['a', 'b', 'c']), duplex, async (source) => {
    answer = await text(source)
  })
  expect(JSON.parse(answer)).toMatchObject({ path: '/job', body: 'abc' })
  expect(api.counts).toMatchObject({ login: 2, served: 1 })
})

test('a HEAD is replayed', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await dead(api, kit)
  expect(await send(`${api.origin}/job`, { dispatcher: kit.dispatcher, method: 'HEAD' })).toEqual({
    statusCode: 200,
    body: '',
  })
  await dead(api, kit)
  expect((await kit.session.fetch(`${api.origin}/job`, { method: 'HEAD' })).status).toBe(200)
  expect(api.received.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'HEAD', 'HEAD'])
})

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)('a %s is replayed', async (method) => {
  await using api = await startApi()
  await using kit = openSession(api)
  await dead(api, kit)
  expect((await send(`${api.origin}/job?page=2`, { dispatcher: kit.dispatcher, method })).statusCode).toBe(200)
  expect(api.received.map((one) => `${one.method} ${one.path}`)).toEqual([
    `${method} /job?page=2`,
    `${method} /job?page=2`,
  ])
})

test('an informational answer reaches the caller, and is neither verdict nor proof', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { authenticator: { isReset: ({ statusCode }) => statusCode !== 200 } })
  await kit.session.grant()
  api.next('/job', ({ response }) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
    response.writeHead(200).end('over')
  })
  const infos: number[] = []
  const { statusCode, body } = await kit.dispatcher.request({
    origin: api.origin,
    path: '/job',
    method: 'GET',
    onInfo: ({ statusCode: info }) => infos.push(info),
  })
  expect([infos, statusCode, await body.text()]).toEqual([[103], 200, 'over'])
  expect(api.counts).toMatchObject({ login: 1, request: 1 })
})

test('an upgrade carries the grant and hands the socket over', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const seen: string[] = []
  api.onUpgrade((request, socket) => {
    seen.push(String(request.headers.authorization))
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: own\r\n\r\nhello')
  })
  const { socket } = await upgrade(`${api.origin}/socket`, { dispatcher: kit.dispatcher, protocol: 'own' })
  const [greeting] = (await once(socket, 'data')) as [Buffer]
  expect(greeting.toString()).toBe('hello')
  expect(seen).toEqual([`Bearer ${api.tokens[0]}`])
  socket.destroy()
})

test.each([
  { method: 'GET', upgrade: 'own' },
  { method: 'CONNECT', upgrade: null },
])('who asks for a socket and cannot take one is told so before anything is sent: %o', async (asked) => {
  await using api = await startApi()
  await using kit = openSession(api)
  const handler = {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData() {},
    onResponseEnd() {},
    onResponseError() {},
  }
  const ask = () => kit.dispatcher.dispatch({ origin: api.origin, path: '/socket', ...asked }, handler)
  expect(ask).toThrow('handler takes an onRequestUpgrade for the socket')
  expect(api.received).toEqual([])
  expect(api.counts).toMatchObject({ login: 0, request: 0 })
})
