import { buffer } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { serviceTradeWebhooks } from '@latchkey/express/servicetrade'
import type { Express, NextFunction, Request, Response } from 'express'
import { describe, expect, test } from 'vitest'
import { type ExpressModule, majors, serve } from './support/apps.ts'
import { beginToSend, responsesOf } from './support/callers.ts'
import { message, post, secret, startReceiver, startSubscribed } from './support/webhooks.ts'

describe.each(majors)('serviceTradeWebhooks() in %s', (_major, express) => {
  test('answers in time though the work takes for ever, and loses no message', async () => {
    const messages = 30
    const gate = Promise.withResolvers<void>()
    const begun: string[] = []
    const done: string[] = []
    await using on = await startSubscribed(express, {
      handle: async ({ messageId }) => {
        begun.push(messageId)
        await gate.promise
        done.push(messageId)
      },
    })
    for (let id = 1; id <= messages; id++) on.api.change('job', id, { customerPo: `PO ${id}` })
    // All of them were answered, and none was finished.
    await on.api.webhooksSettled()
    expect(on.api.counters).toMatchObject({
      webhooksDelivered: messages,
      webhookAttempts: messages,
      webhookFailures: 0,
    })
    expect(done).toEqual([])
    expect(begun.length).toBeGreaterThan(0)
    gate.resolve()
    await on.inbox.drain()
    expect(new Set(done).size).toBe(messages)
    expect(done).toHaveLength(messages)
  })

  test('works once on a message that is delivered twice', async () => {
    await using on = await startSubscribed(express)
    on.api.faults.duplicateWebhooks = true
    for (let id = 1; id <= 5; id++) on.api.change('job', id, { status: 'completed' })
    await on.api.webhooksSettled()
    await on.inbox.drain()
    expect(on.api.counters).toMatchObject({ webhookAttempts: 10, webhookFailures: 0 })
    expect(on.handled.map(({ events }) => events[0]?.entity.id).toSorted()).toEqual([1, 2, 3, 4, 5])
  })

  test.each([
    ['an array', false],
    ['an object', true],
  ])('takes changesets that are %s', async (_shape, objectChangesets) => {
    await using on = await startSubscribed(express)
    on.api.faults.objectChangesets = objectChangesets
    on.api.change('job', 1, { status: 'completed' })
    await on.api.webhooksSettled()
    await on.inbox.drain()
    const [event] = on.handled[0]!.events
    expect(event).toMatchObject({ action: 'updated', entity: { type: 'job', id: 1 } })
    expect(event!.changes).toMatchObject([{ field: 'status', newValue: 'completed' }])
  })

  test('answers 202 at first and 200 afterwards, without a body', async () => {
    await using on = await startReceiver(express)
    const body = JSON.stringify(message())
    expect(await post(on.hookUrl, body)).toEqual({ status: 202, text: '' })
    await on.inbox.drain()
    expect(await post(on.hookUrl, body)).toEqual({ status: 200, text: '' })
    expect(on.handled).toHaveLength(1)
  })

  test.each(['text/plain', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', 'nonsense'])(
    'reads the body whatever it is said to be: %s',
    async (type) => {
      await using on = await startReceiver(express)
      expect(await post(on.hookUrl, JSON.stringify(message()), { 'content-type': type })).toEqual({
        status: 202,
        text: '',
      })
    },
  )

  test.each<[parser: string, before: (app: Express) => void]>([
    ['json()', (app) => app.use(express.json())],
    ['text()', (app) => app.use(express.text({ type: '*/*' }))],
    ['raw()', (app) => app.use(express.raw({ type: '*/*' }))],
    ['urlencoded(), which has no use for it', (app) => app.use(express.urlencoded({ extended: false }))],
    ['json(), which is told to look for another type', (app) => app.use(express.json({ type: 'application/other' }))],
  ])('takes what was there before it: %s', async (_parser, before) => {
    await using on = await startReceiver(express, { before })
    expect(await post(on.hookUrl, JSON.stringify(message()))).toEqual({ status: 202, text: '' })
    await on.inbox.drain()
    expect(on.handled).toHaveLength(1)
  })

  test.each<[what: string, toRaw: (body: Buffer) => unknown]>([
    ['bytes', (body) => body],
    ['text', String],
  ])('takes the raw body, %s, where nothing else is left of it', async (_what, toRaw) => {
    const before = (app: Express): void =>
      void app.use(async (req, _res, next) => {
        Object.assign(req, { rawBody: toRaw(await buffer(req)) })
        next()
      })
    await using on = await startReceiver(express, { before })
    expect(await post(on.hookUrl, JSON.stringify(message()))).toEqual({ status: 202, text: '' })
    expect(on.errors).toEqual([])
  })

  test.each<[coding: string, pack: (text: string) => Buffer<ArrayBuffer>]>([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', Buffer.from],
  ])('unpacks %s', async (coding, pack) => {
    await using on = await startReceiver(express)
    const body = pack(JSON.stringify(message()))
    expect(await post(on.hookUrl, body, { 'content-encoding': coding })).toEqual({ status: 202, text: '' })
  })

  test('answers 503 while it can take no more', async () => {
    await using on = await startReceiver(express)
    await on.inbox.close()
    expect(await post(on.hookUrl, JSON.stringify(message()))).toEqual({ status: 503, text: '' })
  })

  test('takes a query behind the secret', async () => {
    await using on = await startReceiver(express)
    expect(await post(`${on.hookUrl}?from=elsewhere`, JSON.stringify(message()))).toEqual({ status: 202, text: '' })
  })

  test('takes a message of a megabyte', async () => {
    await using on = await startReceiver(express)
    const body = JSON.stringify(message())
    expect(await post(on.hookUrl, body.padEnd(1_048_576, ' '))).toEqual({ status: 202, text: '' })
  })

  test('keeps nothing of a message that was broken off, and complains to nobody', async () => {
    await using on = await startReceiver(express)
    using deliveries = responsesOf(on.url)
    const caller = beginToSend(on.hookUrl, '{"messageId":')
    await deliveries.arrived(1)
    caller.destroy()
    await deliveries.closed(0)
    // Whoever comes next is answered after all that came of the one before.
    expect((await post(on.hookUrl, JSON.stringify(message()))).status).toBe(202)
    await on.inbox.drain()
    expect(on.handled).toHaveLength(1)
    expect(on.errors).toEqual([])
  })

  test('passes on what an inbox of another make throws, without the secret', async () => {
    const failure = new Error('the queue is full')
    const { seen, text } = await withInbox(express, { receive: () => Promise.reject(failure) })
    expect(seen).toEqual([failure])
    expect(text).toBe('the queue is full')
  })
})

async function withInbox(express: ExpressModule, inbox: { receive(body: unknown): Promise<202> }) {
  const seen: unknown[] = []
  await using app = await serve(express, (one) => {
    one.use('/webhooks', serviceTradeWebhooks({ secret, inbox }))
    one.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      seen.push(error)
      res.status(500).send(error.message)
    })
  })
  return { seen, ...(await post(`${app.url}/webhooks/${secret}`, '{}')) }
}
