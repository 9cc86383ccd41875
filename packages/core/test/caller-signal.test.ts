import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { callerSignal, isCallerGone } from '@latchkey/core'
import { expect, test } from 'vitest'

type Exchange = [request: IncomingMessage, response: ServerResponse]

async function serve(handle: RequestListener): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function call(port: number): { leave: () => void; answered: Promise<unknown> } {
  const calling = request({ port, host: '127.0.0.1', agent: false }).on('error', () => {})
  const answered = once(calling, 'response').then(async ([response]) =>
    once((response as IncomingMessage).resume(), 'end'),
  )
  answered.catch(() => {})
  calling.end()
  return { leave: () => calling.destroy(), answered }
}

test('is aborted when the caller leaves before there is an answer', async () => {
  const arrived = Promise.withResolvers<Exchange>()
  await using server = await serve((...exchange) => arrived.resolve(exchange))
  const caller = call(server.port)
  const [, response] = await arrived.promise
  const signal = callerSignal(response)
  expect(signal.aborted).toBe(false)
  caller.leave()
  await once(signal, 'abort')
  expect(signal.reason).toMatchObject({ name: 'AbortError', message: 'The caller went away' })
  expect(isCallerGone(signal.reason)).toBe(true)
  for (const other of [new DOMException('The caller went away', 'AbortError'), undefined, null, 'gone']) {
    expect(isCallerGone(other)).toBe(false)
  }
})

test('is aborted when the caller leaves in the middle of the answer', async () => {
  const arrived = Promise.withResolvers<Exchange>()
  await using server = await serve((...exchange) => arrived.resolve(exchange))
  const caller = call(server.port)
  const [, response] = await arrived.promise
  const signal = callerSignal(response)
  response.write('first part')
  caller.leave()
  await once(signal, 'abort')
})

test('is aborted from the start for a caller who has left already', async () => {
  const arrived = Promise.withResolvers<Exchange>()
  await using server = await serve((...exchange) => arrived.resolve(exchange))
  const caller = call(server.port)
  const [, response] = await arrived.promise
  caller.leave()
  await once(response, 'close')
  expect(callerSignal(response).aborted).toBe(true)
})

test('stays as it is when the answer is complete, however the connection ends', async () => {
  const closed = Promise.withResolvers<AbortSignal[]>()
  await using server = await serve((_request, response) => {
    const early = callerSignal(response)
    response.once('close', () => closed.resolve([early, callerSignal(response)]))
    response.end('done')
  })
  const caller = call(server.port)
  await caller.answered
  caller.leave()
  expect((await closed.promise).map(({ aborted }) => aborted)).toEqual([false, false])
})
