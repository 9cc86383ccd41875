import { latchkey } from '@latchkey/express'
import type { Express, NextFunction, Request, Response } from 'express'
import { describe, expect, test } from 'vitest'
import { type ExpressModule, handled, majors, serve } from './support/apps.ts'
import { startClient } from './support/clients.ts'
import { recordingClient, viewOf } from './support/recording-client.ts'

const telling = (error: unknown, _req: Request, res: Response, _next: NextFunction): void => {
  res.status(500).json({ name: (error as Error).name, message: (error as Error).message })
}

async function ask(express: ExpressModule, configure: (app: Express) => void, path = '/') {
  await using app = await serve(express, configure)
  const response = await fetch(`${app.url}${path}`, { headers: { 'x-account': 'acme' } })
  return { status: response.status, body: await response.json() }
}

describe.each(majors)('latchkey() in %s', (_major, express) => {
  test('puts a view of the client on the request', async () => {
    await using world = await startClient()
    const { status, body } = await ask(express, (app) => {
      app.use(latchkey({ client: world.st, as: 'st' }))
      app.get(
        '/',
        handled(async (req, res) => res.json(await req.st.get('/job/1'))),
      )
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: 1 })
  })

  test('puts it under `latchkey` unless told otherwise, a session as well as a client', async () => {
    await using world = await startClient()
    const { body } = await ask(express, (app) => {
      app.use(latchkey({ client: world.st.session }))
      app.get('/', (req, res) => void res.json(req.latchkey.subject))
    })
    expect(body).toBe(world.st.session.subject)
  })

  test('makes the view when it is first looked at, and once', async () => {
    const client = recordingClient()
    const seen: unknown[] = []
    await ask(express, (app) => {
      app.use(latchkey({ client, as: 'lazy' }))
      app.get('/', (req, res) => {
        const before = client.signals.length
        // What looks at a request as a whole does not look at the view.
        expect(Object.keys({ ...req })).not.toContain('lazy')
        seen.push(before, viewOf(req, 'lazy') === viewOf(req, 'lazy'), client.signals.length)
        res.json({})
      })
    })
    expect(seen).toEqual([0, true, 1])
  })

  test('does not bind a client for a request that has no use for it', async () => {
    const client = recordingClient()
    await ask(express, (app) => {
      app.use(latchkey({ client, as: 'unused' }))
      app.get('/', (_req, res) => void res.json({}))
    })
    expect(client.signals).toEqual([])
  })

  test('leaves work alone that goes on after a complete answer', async () => {
    const client = recordingClient()
    const closed = Promise.withResolvers<void>()
    await ask(express, (app) => {
      app.use(latchkey({ client, as: 'view' }))
      app.get('/', (req, res) => {
        viewOf(req, 'view')
        res.once('close', () => closed.resolve())
        res.json({})
      })
    })
    await closed.promise
    expect(client.signals.map((signal) => signal.aborted)).toEqual([false])
  })

  test.each([
    ['at once', (client: ReturnType<typeof recordingClient>) => client],
    ['later', async (client: ReturnType<typeof recordingClient>) => client],
  ])('asks `resolve` for the client of each request, which may say %s', async (_when, answer) => {
    const asked: unknown[] = []
    const { body } = await ask(express, (app) => {
      app.use(
        latchkey({
          resolve: (req) => {
            asked.push(req.get('x-account'))
            return answer(recordingClient(`client of ${req.get('x-account')}`))
          },
          as: 'view',
        }),
      )
      app.get('/', (req, res) => void res.json(viewOf(req, 'view')?.name))
    })
    expect(asked).toEqual(['acme'])
    expect(body).toBe('client of acme')
  })

  test('goes on within the same turn if `resolve` says it at once', async () => {
    const order: string[] = []
    await ask(express, (app) => {
      app.use((_req, _res, next) => {
        queueMicrotask(() => order.push('a microtask later'))
        next()
      })
      app.use(latchkey({ resolve: () => recordingClient(), as: 'view' }))
      app.get('/', (_req, res) => {
        order.push('handler')
        res.json({})
      })
    })
    expect(order).toEqual(['handler', 'a microtask later'])
  })

  const failure = new RangeError('no such tenant')
  test.each([
    [
      'throws',
      () => {
        throw failure
      },
    ],
    ['rejects', () => Promise.reject(failure)],
  ])('passes on what `resolve` %s', async (_how, resolve) => {
    const { status, body } = await ask(express, (app) => {
      app.use(latchkey({ resolve, as: 'view' }))
      app.get('/', (_req, res) => void res.json({}))
      app.use(telling)
    })
    expect({ status, body }).toEqual({ status: 500, body: { name: 'RangeError', message: 'no such tenant' } })
  })

  test.each([undefined, null, 0, 'route', 'router', Symbol('s')])(
    'passes on an Error if `resolve` throws %s, which Express would not take for one',
    async (thrown) => {
      const throwing = (): never => {
        throw thrown
      }
      for (const resolve of [throwing, async () => throwing()]) {
        const { status, body } = await ask(express, (app) => {
          const router = express.Router()
          router.use(latchkey({ resolve, as: 'view' }))
          app.use(router)
          app.get('/', (_req, res) => void res.json({}))
          app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
            const { message, cause } = error as Error
            res.status(500).json({ message, isCause: cause === thrown })
          })
        })
        const told = { message: 'resolve failed, and threw no error', isCause: true }
        expect({ status, body }).toEqual({ status: 500, body: told })
      }
    },
  )

  test.each([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a string', () => 'st'],
    ['a promise of undefined', async () => undefined],
    ['something without withSignal()', () => ({ close() {} })],
  ])('passes on a ConfigurationError if `resolve` returns %s', async (_what, resolve) => {
    const { status, body } = await ask(express, (app) => {
      app.use(latchkey({ resolve: resolve as never, as: 'view' }))
      app.get('/', (_req, res) => void res.json({}))
      app.use(telling)
    })
    expect({ status, body }).toMatchObject({
      status: 500,
      body: {
        name: 'ConfigurationError',
        message: expect.stringContaining('what resolve returns takes a client, with withSignal(), but got ') as string,
      },
    })
  })

  test.each([
    ['what an earlier middleware put there', 'session'],
    ['what Express has there', 'params'],
    ['what Node has there', 'headers'],
    ['a method', 'get'],
  ])('passes on a ConfigurationError rather than hide %s', async (_what, as) => {
    const { status, body } = await ask(express, (app) => {
      app.use((req, _res, next) => {
        Object.assign(req, { session: { user: 1 } })
        next()
      })
      app.use(latchkey({ client: recordingClient(), as }))
      app.get('/', (_req, res) => void res.json({}))
      app.use(telling)
    })
    expect(status).toBe(500)
    expect(body).toEqual({
      name: 'ConfigurationError',
      message: `as takes a name that is free on req, and req.${as} is in use by something else, but got a string of ${as.length} characters`,
    })
  })

  test('lets an inner router put another client under the same name', async () => {
    const outer = recordingClient('outer')
    const inner = recordingClient('inner')
    const configure = (app: Express): void => {
      const router = express.Router()
      router.use(latchkey({ client: inner, as: 'view' }))
      router.get('/', (req, res) => void res.json(viewOf(req, 'view')?.name))
      app.use(latchkey({ client: outer, as: 'view' }))
      app.use('/inner', router)
      app.get('/', (req, res) => void res.json(viewOf(req, 'view')?.name))
    }
    expect((await ask(express, configure, '/inner')).body).toBe('inner')
    expect((await ask(express, configure, '/')).body).toBe('outer')
  })

  test('leaves what an inner router put in place to what comes after it, if that router passes the request on', async () => {
    const { body } = await ask(express, (app) => {
      const router = express.Router()
      router.use(latchkey({ client: recordingClient('inner'), as: 'view' }))
      app.use(latchkey({ client: recordingClient('outer'), as: 'view' }))
      app.use(router)
      app.get('/', (req, res) => void res.json(viewOf(req, 'view')?.name))
    })
    expect(body).toBe('inner')
  })

  test('serves several clients beside each other', async () => {
    const { body } = await ask(express, (app) => {
      app.use(latchkey({ client: recordingClient('one'), as: 'first' }))
      app.use(latchkey({ client: recordingClient('two'), as: 'second' }))
      app.get('/', (req, res) => void res.json([viewOf(req, 'first')?.name, viewOf(req, 'second')?.name]))
    })
    expect(body).toEqual(['one', 'two'])
  })
})
