import { once } from 'node:events'
import { connect, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { callerHasLeft, callerSignal } from '@latchkey/core'
import { expect, test } from 'vitest'

type Exchange = [request: Http2ServerRequest, response: Http2ServerResponse]

/** A server over HTTP/2 and one caller of it. */
async function exchange() {
  const arrived = Promise.withResolvers<Exchange>()
  const server = createServer((...both) => arrived.resolve(both)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).on('error', () => {})
  const call = session.request({ ':path': '/' }).on('error', () => {})
  const [, response] = await arrived.promise
  return {
    response,
    call,
    session,
    async [Symbol.asyncDispose]() {
      session.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a stream that the caller cancels over HTTP/2 aborts', async () => {
  await using one = await exchange()
  const signal = callerSignal(one.response)
  expect([signal.aborted, callerHasLeft(one.response)]).toEqual([false, false])
  one.call.close(8)
  await once(signal, 'abort')
  expect(callerHasLeft(one.response)).toBe(true)
  expect(callerSignal(one.response).aborted).toBe(true)
})

test('a connection that ends over HTTP/2 aborts, in the middle of the answer, too', async () => {
  await using one = await exchange()
  one.response.write('first part')
  const signal = callerSignal(one.response)
  one.session.destroy()
  await once(signal, 'abort')
})

test('an answer that is complete over HTTP/2 does not abort', async () => {
  await using one = await exchange()
  const signal = callerSignal(one.response)
  const closed = once(one.response, 'close')
  one.response.end('done')
  await once(one.call.resume(), 'end')
  await closed
  expect([signal.aborted, callerHasLeft(one.response)]).toEqual([false, false])
})
