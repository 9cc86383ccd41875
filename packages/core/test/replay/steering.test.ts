import { once } from 'node:events'
import type { Dispatcher } from 'undici'
import { describe, expect, test } from 'vitest'
import { Steering } from '../../src/replay/steering.ts'
import { type Exchange, type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type Kit, openSession } from './kit.ts'

/** A body that is written only as fast as it is read, and what became of it. */
function torrent(api: ScriptedApi, path: string): { written: () => number; closed: Promise<void> } {
  let written = 0
  const closed = Promise.withResolvers<void>()
  api.always(path, async ({ tokens, response }: Exchange) => {
    if (!api.live.has(tokens[0]!)) return { status: 401, body: 'of the reset' }
    response.on('close', () => closed.resolve())
    response.writeHead(200)
    while (!response.destroyed) {
      written += 64 * 1024
      if (!response.write(Buffer.alloc(64 * 1024))) {
        await Promise.race([once(response, 'drain'), once(response, 'close')])
      }
    }
    return undefined
  })
  return { written: () => written, closed: closed.promise }
}

async function dead(api: ScriptedApi, kit: Kit): Promise<void> {
  await kit.session.grant()
  api.reset()
}

const settles = async (read: () => number): Promise<number> => {
  let before = -1
  await expect
    .poll(
      () => {
        const same = read() === before
        before = read()
        return same
      },
      { interval: 50 },
    )
    .toBe(true)
  return before
}

describe('after a replay', () => {
  test('backpressure reaches the live response', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await dead(api, kit)
    const { written, closed } = torrent(api, '/large')
    const { statusCode, body } = await kit.dispatcher.request({ origin: api.origin, path: '/large', method: 'GET' })
    expect(statusCode).toBe(200)
    // Buffers on the way take some megabytes; then nothing more may be written until somebody reads.
    const stalled = await settles(written)
    let read = 0
    for await (const chunk of body) {
      read += (chunk as Buffer).length
      if (read > stalled + 1024 * 1024) break
    }
    expect(written()).toBeGreaterThan(stalled)
    await closed
  })

  test('pause and resume reach the live response', async () => {
    await using api = await startApi()
    // Time stands still, so that the reset is read to its end only if the pause is not for it.
    await using kit = openSession(api, { clock: new VirtualClock() })
    await dead(api, kit)
    const { written } = torrent(api, '/large')
    let controller: Dispatcher.DispatchController | undefined
    let read = 0
    const started = Promise.withResolvers<void>()
    kit.dispatcher.dispatch(
      { origin: api.origin, path: '/large', method: 'GET' },
      {
        onRequestStart: (given) => {
          controller = given
          // Before there is any response: it must hold for the live one, and not for the reset's.
          given.pause()
        },
        onResponseStart: () => started.resolve(),
        onResponseData: (_controller, chunk) => {
          read += chunk.length
        },
        onResponseError: () => {},
      },
    )
    await started.promise
    const stalled = await settles(written)
    expect(read).toBe(0)
    expect(controller!.paused).toBe(true)
    controller!.resume()
    await expect.poll(() => written()).toBeGreaterThan(stalled)
    expect(read).toBeGreaterThan(0)
    controller!.abort(new Error('enough'))
  })

  test('an abort closes the live connection', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await dead(api, kit)
    const { closed } = torrent(api, '/large')
    const controller = new AbortController()
    const response = await kit.session.fetch(`${api.origin}/large`, { signal: controller.signal })
    const reader = response.body!.getReader()
    await reader.read()
    controller.abort(new Error('enough'))
    await closed
    await expect(
      (async () => {
        for (;;) await reader.read()
      })(),
    ).rejects.toThrow('enough')
  })

  test('the caller is told once that its request starts, and gets the live headers and trailers', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await dead(api, kit)
    const events: string[] = []
    api.always('/job', ({ tokens, response }) => {
      if (!api.live.has(tokens[0]!)) return { status: 401, headers: { 'x-reset': 'yes' } }
      response.writeHead(200, { trailer: 'x-sum', 'x-live': 'yes' })
      response.addTrailers({ 'x-sum': '42' })
      response.end('body')
      return undefined
    })
    await new Promise<void>((resolve, reject) => {
      kit.dispatcher.dispatch(
        { origin: api.origin, path: '/job', method: 'GET' },
        {
          onRequestStart: () => events.push('start'),
          onResponseStart: (controller, status, headers) => {
            events.push(`${status} ${headers['x-reset']} ${headers['x-live']}`)
            expect(String(controller.rawHeaders)).toContain('x-live')
          },
          onResponseData: (_controller, chunk) => events.push(chunk.toString()),
          onResponseEnd: (_controller, trailers) => {
            events.push(`end ${trailers['x-sum']}`)
            resolve()
          },
          onResponseError: (_controller, error) => reject(error),
        },
      )
    })
    expect(events).toEqual(['start', '200 undefined yes', 'body', 'end 42'])
  })
})

test.each([[null], [undefined]])('an abort with %o is one, too', (reason) => {
  const told: unknown[] = []
  const steering = new Steering({ onAbort: (...args) => told.push(args) })
  steering.abort(reason)
  steering.abort(new Error('again'))
  expect(steering.aborted).toBe(true)
  expect(steering.reason).toMatchObject({ name: 'AbortError' })
  expect(told).toEqual([[steering.reason, false]])
})
