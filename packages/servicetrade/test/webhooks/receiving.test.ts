import { AsyncLocalStorage } from 'node:async_hooks'
import { inspect } from 'node:util'
import { ConfigurationError } from '@latchkey/core'
import { readWebhookMessage, WebhookInbox, WebhookMessageError, type WebhookInboxOptions } from '@latchkey/servicetrade'
import { expect, test } from 'vitest'
import { message, openInbox } from '../support/inbox.ts'
import { settle } from '../support/virtual-clock.ts'
import { collectWarnings } from '../support/warnings.ts'

test('a message is taken in first and worked on afterwards', async () => {
  const { inbox, works } = openInbox()
  const status = await inbox.receive(message('a'))
  expect([status, works.started, inbox.waiting]).toEqual([202, [], 1])
  await settle()
  expect([works.started, inbox.waiting, inbox.working]).toEqual([['a'], 0, 1])
  await works.finish('a')
  expect([inbox.waiting, inbox.working]).toEqual([0, 0])
})

test('the work is given the message as it is read, its attempt and a signal', async () => {
  const given: unknown[] = []
  const { deliver } = openInbox({ handle: (...all) => void given.push(...all) })
  await deliver('a')
  expect(given).toEqual([readWebhookMessage(message('a')), { attempt: 1, signal: expect.any(AbortSignal) }])
})

test('a delivery is taken as text, bytes and parsed', async () => {
  const { inbox, works } = openInbox()
  const text = (id: string) => JSON.stringify(message(id))
  const bodies = [message('a'), text('b'), Buffer.from(text('c')), new TextEncoder().encode(text('d'))]
  expect(await Promise.all(bodies.map((body) => inbox.receive(body)))).toEqual([202, 202, 202, 202])
  await settle()
  expect(works.started).toEqual(['a', 'b', 'c', 'd'])
})

test('a message is known while it waits, while it is worked on and once it is done', async () => {
  const { deliver, works } = openInbox({ concurrency: 1 })
  expect(await deliver('a', 'b', 'a', 'b')).toEqual([202, 202, 200, 200])
  await works.finish('a', 'b')
  expect(await deliver('a', 'b')).toEqual([200, 200])
  expect(works.started).toEqual(['a', 'b'])
})

test('two deliveries at the same instant are worked on once', async () => {
  const { inbox, works } = openInbox()
  expect(await Promise.all([inbox.receive(message('a')), inbox.receive(message('a'))])).toEqual([202, 200])
  await settle()
  expect(works.started).toEqual(['a'])
})

test.each([undefined, null, '', 'x', 7, [], {}, { messageId: 'a' }, Buffer.from('{')])(
  '%j, which is no message, is answered 400 and told about',
  async (body) => {
    const refused: unknown[] = []
    const { inbox } = openInbox({ onRefused: (error) => refused.push(error) })
    expect(await inbox.receive(body)).toBe(400)
    expect(refused).toEqual([expect.any(WebhookMessageError)])
    expect(inbox.waiting).toBe(0)
  },
)

test('a body that throws when looked at is answered 400', async () => {
  const { inbox } = openInbox()
  const body = {
    get messageId() {
      throw new Error('no')
    },
  }
  expect(await inbox.receive(body)).toBe(400)
})

test('what listeners do with a refusal harms nothing', async () => {
  const warnings = collectWarnings()
  const { inbox, deliver } = openInbox({
    onRefused: () => {
      throw new Error('canary')
    },
  })
  expect([await inbox.receive('x'), await deliver('a')]).toEqual([400, [202]])
  expect(await warnings.stop()).toEqual(['A body was no webhook message, and onRefused failed'])
})

test('so many messages are worked on at once, the others in the order they came', async () => {
  const { deliver, inbox, works } = openInbox({ concurrency: 2 })
  await deliver('a', 'b', 'c', 'd', 'e')
  expect([works.started, inbox.waiting, inbox.working]).toEqual([['a', 'b'], 3, 2])
  await works.finish('b')
  expect(works.started).toEqual(['a', 'b', 'c'])
  await works.finish('a', 'c')
  expect([works.started, inbox.waiting]).toEqual([['a', 'b', 'c', 'd', 'e'], 0])
})

test('a full inbox asks for the message again later, and knows those it has', async () => {
  const { deliver, works } = openInbox({ concurrency: 1, limit: 2 })
  expect(await deliver('a')).toEqual([202])
  expect(await deliver('b', 'c', 'd', 'a', 'b')).toEqual([202, 202, 503, 200, 200])
  await works.finish('a')
  expect(await deliver('d', 'e')).toEqual([202, 503])
  await works.finish('b', 'c', 'd')
  expect(works.started).toEqual(['a', 'b', 'c', 'd'])
})

test('messages that wait for another attempt count against the limit', async () => {
  const { deliver, works, inbox, clock } = openInbox({ limit: 1 })
  await deliver('a')
  await works.fail('a')
  expect([inbox.waiting, await deliver('b')]).toEqual([1, [503]])
  await clock.advance(1_000)
  expect(await deliver('b')).toEqual([202])
})

test('of the messages that are done the oldest are forgotten first, and those in work never', async () => {
  const { deliver, works } = openInbox({ remembered: 2 })
  await deliver('slow', 'a', 'b', 'c')
  await works.finish('a', 'b', 'c')
  expect(await deliver('slow', 'b', 'c')).toEqual([200, 200, 200])
  expect(await deliver('a')).toEqual([202])
})

test('work that never waits does not keep deliveries from being answered', async () => {
  const order: string[] = []
  const { inbox } = openInbox({ concurrency: 1, handle: ({ messageId }) => void order.push(`work ${messageId}`) })
  const answer = async (id: string) => {
    await inbox.receive(message(id))
    order.push(`answer ${id}`)
  }
  await Promise.all(['a', 'b', 'c'].map(answer))
  await settle()
  expect(order).toEqual(['answer a', 'answer b', 'answer c', 'work a', 'work b', 'work c'])
})

test('the work on a message runs in the context of its own delivery', async () => {
  const context = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const { inbox } = openInbox({ concurrency: 1, handle: ({ messageId }) => seen.push([messageId, context.getStore()]) })
  for (const id of ['a', 'b']) await context.run(`request of ${id}`, () => inbox.receive(message(id)))
  await settle()
  expect(seen).toEqual([
    ['a', 'request of a'],
    ['b', 'request of b'],
  ])
})

test('an inbox shows nothing of its messages', async () => {
  const { inbox, deliver } = openInbox({ concurrency: 1 })
  await deliver('canary-1', 'canary-2')
  expect(inspect(inbox, { showHidden: true, depth: 9 })).toBe('WebhookInbox { waiting: 1, working: 1 }')
  expect(JSON.stringify(inbox)).toBe('{"waiting":1,"working":1}')
})

const handle = () => {}
test.each<[unknown, string]>([
  [undefined, 'WebhookInbox options'],
  [{}, 'handle'],
  [{ handle: 'x' }, 'handle'],
  [{ handle, accept: true }, 'accept'],
  [{ handle, onError: {} }, 'onError'],
  [{ handle, onRefused: 1 }, 'onRefused'],
  [{ handle, concurrency: 0 }, 'concurrency'],
  [{ handle, limit: 0 }, 'limit'],
  [{ handle, remembered: -1 }, 'remembered'],
  [{ handle, acceptTimeout: 4_000 }, 'acceptTimeout'],
  [{ handle, acceptTimeout: 0 }, 'acceptTimeout'],
  [{ handle, attempts: 0 }, 'attempts'],
  [{ handle, firstPause: '1s' }, 'firstPause'],
  [{ handle, longestPause: Infinity }, 'longestPause'],
  [{ handle, retries: 3 }, 'WebhookInbox option retries'],
])('the options %j are a ConfigurationError', (options, option) => {
  const make = () => new WebhookInbox(options as WebhookInboxOptions)
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(expect.objectContaining({ option }))
})
