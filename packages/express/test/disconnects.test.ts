import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { latchkey, sessionErrors } from '@latchkey/express'
import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser, type Emulator } from '@latchkey/servicetrade-emulator'
import type { NextFunction, Request, Response } from 'express'
import { describe, expect, test } from 'vitest'
import { type ExpressModule, handled, majors, serve } from './support/apps.ts'
import { call, responsesOf } from './support/callers.ts'
import { startClient } from './support/clients.ts'

/** An app over an emulator, and the errors of it that nobody took care of. */
async function startWorld(express: ExpressModule) {
  const world = await startClient()
  const errors: unknown[] = []
  const app = await serve(express, (one) => {
    one.use(latchkey({ client: world.st, as: 'st' }))
    one.get(
      '/job/:id',
      handled(async (req, res) => res.json(await req.st.get(`/job/${String(req.params['id'])}`))),
    )
    one.use(sessionErrors())
    one.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      errors.push(error)
      res.status(500).end()
    })
  })
  return {
    ...world,
    app,
    errors,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}

/** How long the upstream's connection outlives the caller's, ms. */
async function timeToFree(api: Emulator, url: string): Promise<number> {
  using upstream = responsesOf(api.url)
  const hold = api.hold('request')
  const caller = call(`${url}/job/1`)
  await hold.arrived()
  const start = performance.now()
  caller.destroy()
  await upstream.closed(0)
  const time = performance.now() - start
  hold.release()
  return time
}

describe.each(majors)('a caller that goes away, in %s', (_major, express) => {
  test('frees its upstream request within 100 ms', async () => {
    await using world = await startWorld(express)
    await world.st.get('/job/1')
    const times: number[] = []
    for (let run = 0; run < 7; run++) times.push(await timeToFree(world.api, world.app.url))
    // The median: a processor that is busy with something else delays one or the other.
    expect(times.toSorted((a, b) => a - b)[3]).toBeLessThan(100)
    expect(world.errors).toEqual([])
  })

  test('disturbs no request of others', async () => {
    await using world = await startWorld(express)
    await world.st.get('/job/1')
    const hold = world.api.hold('request')
    const other = fetch(`${world.app.url}/job/2`)
    await hold.arrived(1)
    using callers = responsesOf(world.app.url)
    const caller = call(`${world.app.url}/job/1`)
    await hold.arrived(2)
    caller.destroy()
    await callers.closed(0)
    hold.release()
    const response = await other
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ id: 2 })
    expect(world.api.counters.logins).toBe(1)
  })

  test('does not disturb the login that others wait for, though it began with that caller', async () => {
    await using world = await startWorld(express)
    using upstream = responsesOf(world.api.url)
    using callers = responsesOf(world.app.url)
    const hold = world.api.hold('login')
    const caller = call(`${world.app.url}/job/1`)
    await hold.arrived()
    const others = [2, 3].map((id) => fetch(`${world.app.url}/job/${id}`))
    await callers.arrived(3)
    caller.destroy()
    await callers.closed(0)
    // The login is still under way when somebody else has been answered since.
    expect((await fetch(`${world.app.url}/nothing`)).status).toBe(404)
    expect(upstream.responses.map(({ closed }) => closed)).toEqual([false])
    hold.release()
    const responses = await Promise.all(others)
    expect(responses.map(({ status }) => status)).toEqual([200, 200])
    expect(world.api.counters).toMatchObject({ loginAttempts: 1, logins: 1, requests: 2 })
    expect(world.errors).toEqual([])
  })

  test('sends nothing more after a login that it waited for', async () => {
    await using world = await startWorld(express)
    const hold = world.api.hold('login')
    using callers = responsesOf(world.app.url)
    const caller = call(`${world.app.url}/job/1`)
    await hold.arrived()
    caller.destroy()
    await callers.closed(0)
    hold.release()
    // Whoever comes next has the session that the login brought, and is the only one to send a request.
    expect((await fetch(`${world.app.url}/job/2`)).status).toBe(200)
    expect(world.api.counters).toMatchObject({ logins: 1, requests: 1 })
    expect(world.errors).toEqual([])
  })

  test.each([
    ['pipes', async (body: Readable, res: Response) => pipeline(body, res)],
    [
      'reads',
      async (body: Readable, res: Response) => {
        res.write('begun')
        for await (const _chunk of body) continue
      },
    ],
  ])('breaks off the upstream response in the middle, while the handler %s it', async (_how, answer) => {
    await using upstream = await startEndless()
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: upstream.url })
    const ended = Promise.withResolvers<unknown>()
    const errors: unknown[] = []
    await using app = await serve(express, (one) => {
      one.use(latchkey({ client: st, as: 'st' }))
      one.get(
        '/',
        handled(async (req, res) => {
          const { body } = await req.st.session.fetch(`${upstream.url}/export`)
          await answer(Readable.fromWeb(body as never), res)
        }),
      )
      one.use((error: unknown, _req: Request, _res: Response, next: NextFunction) => {
        next(error)
        ended.resolve(error)
      })
      one.use(sessionErrors())
      one.use((error: unknown, _req: Request, _res: Response, _next: NextFunction) => void errors.push(error))
    })
    const caller = call(app.url)
    const [response] = (await once(caller, 'response')) as [Readable]
    await once(
      response.on('error', () => {}),
      'data',
    )
    caller.destroy()
    await upstream.brokenOff
    expect(await ended.promise).toBeInstanceOf(Error)
    expect(errors).toEqual([])
  })
})

/** Logs everybody in, and begins an answer that never ends. */
async function startEndless() {
  const brokenOff = Promise.withResolvers<void>()
  const server = createServer((req, res) => {
    if (req.url === '/api/auth') {
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify({ data: { authenticated: true, authToken: 'abcdefghijklmnopqrstuvwxyz' } }))
      return
    }
    res.once('close', () => brokenOff.resolve())
    res.write('the first of many')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    brokenOff: brokenOff.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
