import { createServer, type Server, type ServerResponse } from 'node:http'
import { getEventListeners, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exchange, type Outgoing } from '../src/exchange.ts'

let answer: (response: ServerResponse) => void
let arrived: PromiseWithResolvers<void>
let server: Server
let pool: Pool

beforeEach(async () => {
  arrived = Promise.withResolvers()
  server = createServer((_request, response) => {
    arrived.resolve()
    answer(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 })
})

afterEach(async () => {
  await pool.destroy()
  server.closeAllConnections()
  server.close()
})

function send({ signal, longest = () => Number.POSITIVE_INFINITY }: Partial<Parameters<typeof exchange>[2]> = {}) {
  const { port } = server.address() as AddressInfo
  const outgoing: Outgoing = { origin: `http://127.0.0.1:${port}`, path: '/', method: 'GET', headers: {} }
  return exchange((options, handler) => pool.dispatch(options, handler), outgoing, { signal, longest })
}

test('an answer is told with its status, its headers and its text', async () => {
  answer = (response) => response.writeHead(418, 'Teapot', { 'x-kind': 'tea' }).end('héllo')
  expect(await send()).toMatchObject({
    status: 418,
    statusText: 'Teapot',
    headers: { 'x-kind': 'tea' },
    text: 'héllo',
  })
})

test('a character that is cut in two by the network is whole again', async () => {
  const [first, ...rest] = Buffer.from('é')
  answer = (response) => {
    response.write(Buffer.from([first!]))
    setImmediate(() => response.end(Buffer.from(rest)))
  }
  expect((await send()).text).toBe('é')
})

test('a byte order mark is left out', async () => {
  answer = (response) => response.end('\ufeff{"data":1}')
  expect((await send()).text).toBe('{"data":1}')
})

test('an empty answer has an empty text', async () => {
  answer = (response) => response.writeHead(204).end()
  expect((await send()).text).toBe('')
})

test('an informational answer is not taken for the answer', async () => {
  answer = (response) => {
    response.writeEarlyHints({ link: '</a>; rel=preload' })
    response.end('done')
  }
  expect(await send()).toMatchObject({ status: 200, text: 'done' })
})

test('of an answer that is too long there is no text, and its connection is given up', async () => {
  let gone: Promise<unknown> | undefined
  answer = (response) => {
    gone = once(response, 'close')
    response.writeHead(500)
    response.write('x'.repeat(100))
  }
  expect(await send({ longest: () => 10 })).toMatchObject({ status: 500, text: undefined })
  await gone
})

test('nothing is sent for a signal that is aborted already', async () => {
  answer = (response) => response.end()
  await expect(send({ signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late')
  expect(pool.stats.connected).toBe(0)
})

test('a call that waits for a connection rejects as soon as its signal is aborted', async () => {
  let first: ServerResponse | undefined
  answer = (response) => (first = response)
  const holding = send()
  await arrived.promise
  const controller = new AbortController()
  const queued = send({ signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(queued).rejects.toThrow('enough')
  first!.end('served')
  expect((await holding).text).toBe('served')
})

test('a call rejects with the reason while its answer is on its way, and its connection is given up', async () => {
  let gone: Promise<unknown> | undefined
  answer = (response) => {
    gone = once(response, 'close')
    response.write('half')
  }
  const controller = new AbortController()
  const call = send({ signal: controller.signal })
  await arrived.promise
  controller.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await gone
})

test('a connection that breaks off rejects with what undici says of it', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  }
  await expect(send()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
})

test('a dispatch that throws rejects the call, and leaves nothing on its signal', async () => {
  const { signal } = new AbortController()
  const outgoing: Outgoing = { origin: 'http://127.0.0.1:1', path: '/', method: 'GET', headers: {} }
  const dispatch = (): never => {
    throw new Error('no such thing')
  }
  await expect(exchange(dispatch, outgoing, { signal, longest: () => 1 })).rejects.toThrow('no such thing')
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
