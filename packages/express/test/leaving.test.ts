import { TokenStoreError } from '@latchkey/core'
import { latchkey, sessionErrors } from '@latchkey/express'
import type { NextFunction, Request, Response } from 'express'
import { describe, expect, test } from 'vitest'
import { majors, serve } from './support/apps.ts'
import { beginToSend, call } from './support/callers.ts'

describe.each(majors)('errors of requests whose caller has gone, in %s', (_major, express) => {
  /** Lets the caller go before the handler throws, and tells which errors get past. */
  async function afterLeaving(failure: (signal: AbortSignal) => unknown): Promise<unknown[]> {
    const passed: unknown[] = []
    const arrived = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    await using app = await serve(express, (one) => {
      one.use(latchkey({ client: { withSignal: (signal) => ({ signal }) }, as: 'view' }))
      one.get('/', (req, res, next) => {
        const { signal } = (req as unknown as { view: { signal: AbortSignal } }).view
        res.once('close', () => {
          next(failure(signal))
          done.resolve()
        })
        arrived.resolve()
      })
      one.use(sessionErrors())
      one.use((error: unknown, _req: Request, _res: Response, _next: NextFunction) => {
        passed.push(error)
      })
    })
    const caller = call(app.url)
    await arrived.promise
    caller.destroy()
    await done.promise
    return passed
  }

  test('are dropped if they come of that', async () => {
    expect(await afterLeaving((signal) => signal.reason)).toEqual([])
    expect(await afterLeaving(() => Object.assign(new Error('x'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }))).toEqual([])
    expect(await afterLeaving(() => Object.assign(new Error('x'), { type: 'request.aborted' }))).toEqual([])
  })

  test('are passed on if they come of something else', async () => {
    const error = new TypeError('a mistake of the app')
    expect(await afterLeaving(() => error)).toEqual([error])
  })

  test('are not passed on if they are about the session, though nobody is there to be answered', async () => {
    expect(await afterLeaving(() => new TokenStoreError('gone'))).toEqual([])
  })

  test('are dropped when a body parser meets them', async () => {
    const passed: unknown[] = []
    const arrived = Promise.withResolvers<void>()
    const met = Promise.withResolvers<unknown>()
    await using app = await serve(express, (one) => {
      one.use((_req, _res, next) => {
        arrived.resolve()
        next()
      })
      one.use(express.json())
      one.use((error: unknown, _req: Request, _res: Response, next: NextFunction) => {
        next(error)
        met.resolve(error)
      })
      one.use(sessionErrors())
      one.use((error: unknown, _req: Request, _res: Response, _next: NextFunction) => {
        passed.push(error)
      })
    })
    const caller = beginToSend(app.url, '{')
    await arrived.promise
    caller.destroy()
    expect(await met.promise).toMatchObject({ type: 'request.aborted' })
    expect(passed).toEqual([])
  })
})
