import { type IncomingMessage, request as send } from 'node:http'
import { gzipSync } from 'node:zlib'
import { ConfigurationError } from '@latchkey/core'
import { serviceTradeWebhooks } from '@latchkey/express/servicetrade'
import type { Express } from 'express'
import { describe, expect, test } from 'vitest'
import { majors } from './support/apps.ts'
import { message, post, secret, startReceiver } from './support/webhooks.ts'

describe.each(majors)('what serviceTradeWebhooks() does not take in, in %s', (_major, express) => {
  test.each([
    ['no JSON', '{"messageId":'],
    ['nothing', ''],
    ['JSON that is no message', '{"hello":"world"}'],
  ])('answers 400 to %s', async (_what, body) => {
    const refused: string[] = []
    await using on = await startReceiver(express, { onRefused: ({ message: text }) => void refused.push(text) })
    expect(await post(on.hookUrl, body)).toEqual({ status: 400, text: '' })
    expect(refused).toHaveLength(1)
    expect(on.errors).toEqual([])
  })

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])(
    'answers 404 to %s, though the secret is right',
    async (method) => {
      await using on = await startReceiver(express)
      const response = await fetch(on.hookUrl, { method })
      expect({ status: response.status, text: await response.text() }).toEqual({ status: 404, text: '' })
    },
  )

  test.each([
    ['no secret', '/webhooks'],
    ['an empty one', '/webhooks/'],
    ['another', `/webhooks/${'x'.repeat(secret.length)}`],
    ['the half of it', `/webhooks/${secret.slice(0, 16)}`],
    ['more than it', `/webhooks/${secret}x`],
    ['something below it', `/webhooks/${secret}/x`],
    ['it in other letters', `/webhooks/${secret.toUpperCase()}`],
    ['it as a query', `/webhooks/?${secret}`],
  ])('answers 404 without a body to %s', async (_what, path) => {
    await using on = await startReceiver(express)
    expect(await post(`${on.url}${path}`, JSON.stringify(message()))).toEqual({ status: 404, text: '' })
    expect(on.handled).toEqual([])
    expect(on.errors).toEqual([])
  })

  test('does not wait for the body of whoever has a wrong secret', async () => {
    await using on = await startReceiver(express)
    const [status, connection] = await new Promise<unknown[]>((resolve) => {
      const headers = { connection: 'keep-alive', 'content-length': 1_000 }
      const caller = send(`${on.url}/webhooks/wrong`, { method: 'POST', headers, agent: false })
      caller.on('error', () => {}).write('{')
      caller.once('response', (response) => {
        resolve([response.statusCode, response.headers.connection])
        caller.destroy()
      })
    })
    // Else the body would be read to its end after the answer.
    expect([status, connection]).toEqual([404, 'close'])
  })

  test.each([
    ['says so', true],
    ['does not say so', false],
  ])('answers 413 to more than a megabyte that %s, and reads no more', async (_how, saysSo) => {
    const addresses: unknown[] = []
    const logged = Promise.withResolvers<void>()
    const before = (app: Express): void =>
      void app.use((req, res, next) => {
        res.once('finish', () => {
          // An access log does so.
          addresses.push(req.socket?.remoteAddress)
          logged.resolve()
        })
        next()
      })
    await using on = await startReceiver(express, { before })
    const tooMuch = Buffer.alloc(1_048_577, ' ')
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // The end never comes: whoever reads on waits for ever.
      const headers = { connection: 'keep-alive', ...(saysSo && { 'content-length': 2_000_000 }) }
      const caller = send(on.hookUrl, { method: 'POST', headers, agent: false })
      caller.once('error', reject)
      caller.once('response', (answer) => {
        resolve(answer)
        caller.off('error', reject).on('error', () => {})
        caller.destroy()
      })
      if (saysSo) caller.flushHeaders()
      else caller.write(tooMuch)
    })
    // Nobody can send another request behind a body that is not read.
    expect([response.statusCode, response.headers.connection]).toEqual([413, 'close'])
    await logged.promise
    expect(addresses).toEqual(['127.0.0.1'])
  })

  test.each<[what: string, left: unknown]>([
    ['nothing', undefined],
    ['nothing but what Express 4 puts there', {}],
  ])('passes on an error, which is no delivery, if the body was read and %s is left of it', async (_what, left) => {
    const before = (app: Express): void =>
      void app.use(async (req, _res, next) => {
        for await (const chunk of req) void chunk
        req.body = left
        next()
      })
    await using on = await startReceiver(express, { before })
    expect((await post(on.hookUrl, JSON.stringify(message()))).status).toBe(500)
    expect(on.errors).toMatchObject([{ name: 'ConfigurationError', option: 'req.body' }])
    expect(on.handled).toEqual([])
  })

  test('answers 413 to what is more than a megabyte once it is unpacked', async () => {
    await using on = await startReceiver(express)
    const headers = { 'content-encoding': 'gzip' }
    expect(await post(on.hookUrl, gzipSync(Buffer.alloc(1_048_577, ' ')), headers)).toEqual({ status: 413, text: '' })
  })

  test.each([
    ['packed in a way that is not known', 'compress'],
    ['not packed, though it says so', 'gzip'],
  ])('answers 400 to what is %s, and tells', async (_what, coding) => {
    const refused: string[] = []
    await using on = await startReceiver(express, { onRefused: ({ message: text }) => void refused.push(text) })
    expect(await post(on.hookUrl, Buffer.from([1, 2, 3]), { 'content-encoding': coding })).toEqual({
      status: 400,
      text: '',
    })
    expect(refused).toHaveLength(1)
  })
})

const inbox = { receive: async () => 202 as const }
test.each<[what: string, options: unknown, option: string]>([
  ['no secret', { inbox }, 'secret'],
  ['a secret that can be guessed', { secret: 'short', inbox }, 'secret'],
  ['a secret that is no string', { secret: 12_345, inbox }, 'secret'],
  ['no inbox', { secret }, 'inbox'],
  ['an inbox that takes nothing', { secret, inbox: {} }, 'inbox'],
  ['an unknown option', { secret, inbox, path: '/x' }, 'serviceTradeWebhooks option path'],
])('serviceTradeWebhooks() refuses %s, and does not say what the secret is', (_what, options, option) => {
  const construct = (): unknown => serviceTradeWebhooks(options as never)
  expect(construct).toThrow(ConfigurationError)
  expect(construct).toThrow(`${option} takes `)
  expect(construct).not.toThrow(secret)
  expect(construct).not.toThrow('short,')
})
