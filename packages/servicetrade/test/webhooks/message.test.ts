import { inspect } from 'node:util'
import { readWebhookMessage, WebhookMessageError } from '@latchkey/servicetrade'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { message } from '../support/inbox.ts'

const canary = 'canary-4711'
const entity = { type: 'job', id: 34872, uri: 'https://api.example.com/api/job/34872' }
const event = { action: 'updated', timestamp: 1401833052, userId: 1234, entity, changeset: [] }
const withEvent = (fields: object) => message('a', { data: [{ ...event, ...fields }] })
const withChangeset = (changeset: unknown) => withEvent({ changeset })
const changesOf = (body: unknown) => readWebhookMessage(body).events[0]!.changes

const documented = {
  messageId: '0b2a6f1e-9a3b-4c62-8df2-9e0bb0a3f6d1',
  timestamp: '1401833057',
  data: [
    { ...event, changeset: [{ field: 'status', oldValue: 'scheduled', newValue: 'completed' }] },
    { action: 'created', timestamp: 1401833052, userId: null, entity: { ...entity, type: 'appointment' } },
  ],
}

const read = {
  messageId: documented.messageId,
  timestamp: 1401833057,
  events: [
    {
      action: 'updated',
      timestamp: 1401833052,
      userId: 1234,
      entity,
      changes: [{ field: 'status', oldValue: 'scheduled', newValue: 'completed' }],
    },
    {
      action: 'created',
      timestamp: 1401833052,
      userId: null,
      entity: { ...entity, type: 'appointment' },
      changes: [],
    },
  ],
}

test.each<[string, unknown]>([
  ['parsed', documented],
  ['text', JSON.stringify(documented)],
  ['a Buffer', Buffer.from(JSON.stringify(documented))],
  ['bytes', new TextEncoder().encode(JSON.stringify(documented))],
])('a message that is %s is read as documented', (_what, body) => {
  expect(readWebhookMessage(body)).toEqual(read)
})

test('what is not known of yet is let through or left out, and never refused', () => {
  const body = message('a', {
    version: 2,
    data: [{ ...event, action: 'merged', entity: { ...entity, type: 'boat' }, x: 1 }],
  })
  const { events, ...rest } = readWebhookMessage(body)
  expect(rest).toEqual({ messageId: 'a', timestamp: 1401833057 })
  expect(events).toEqual([{ ...read.events[0], action: 'merged', entity: { ...entity, type: 'boat' }, changes: [] }])
})

test('numbers may be written as strings, as the outer timestamp is', () => {
  const text = withEvent({ timestamp: '1401833052', userId: '7', entity: { ...entity, id: '2700000000000000' } })
  expect(readWebhookMessage(text).events[0]).toMatchObject({
    timestamp: 1401833052,
    userId: 7,
    entity: { id: 2_700_000_000_000_000 },
  })
})

test('a message without events is one', () => {
  expect(readWebhookMessage(message('a', { data: [] })).events).toEqual([])
})

describe('a changeset', () => {
  const change = { field: 'status', oldValue: 'new', newValue: ['a', null] }
  const other = { field: 'windowStart', oldValue: 1, newValue: null }
  const { field: _field, ...values } = change

  test.each<[string, unknown, unknown[]]>([
    ['is an array', [change, other], [change, other]],
    ['is an array with gaps, as PHP writes it', { 1: change, 4: other }, [change, other]],
    ['is an object of changes that name their fields', { status: change }, [change]],
    [
      'is keyed by the names of the fields',
      { status: values, windowStart: { oldValue: 1, newValue: null } },
      [change, other],
    ],
    ['is keyed by a field that is called field', { field: values }, [{ ...change, field: 'field' }]],
    ['is one change', change, [change]],
    ['tells one value alone', [{ field: 'x', newValue: 1 }], [{ field: 'x', oldValue: undefined, newValue: 1 }]],
    ['has more to a change', [{ ...change, label: 'Status' }], [change]],
    ['is empty', [], []],
    ['is an empty object', {}, []],
    ['is null', null, []],
    ['is left out', undefined, []],
  ])('that %s is read', (_what, changeset, changes) => {
    expect(changesOf(withChangeset(changeset))).toEqual(changes)
  })

  const changes = fc.array(fc.record({ field: fc.string(), oldValue: fc.jsonValue(), newValue: fc.jsonValue() }))

  test('reads the same in whichever shape, through JSON and without', () => {
    fc.assert(
      fc.property(changes, fc.nat(50), (list, gap) => {
        const parsed = JSON.parse(JSON.stringify(list)) as unknown[]
        const indexed = Object.fromEntries(parsed.map((one, index) => [String(index * (gap + 1) + gap), one]))
        for (const shape of [parsed, indexed]) {
          expect(changesOf(withChangeset(shape))).toEqual(parsed)
          expect(changesOf(JSON.stringify(withChangeset(shape)))).toEqual(parsed)
        }
      }),
    )
  })

  test('keyed by fields reads as the array of the same changes', () => {
    // An index is no name of a field, and an object has each name once.
    const named = fc.uniqueArray(
      fc.record({
        field: fc.string().filter((name) => !/^\d+$/.test(name)),
        oldValue: fc.jsonValue(),
        newValue: fc.jsonValue(),
      }),
      { selector: ({ field }) => field },
    )
    fc.assert(
      fc.property(named, (list) => {
        const pairs = list.map(({ field, ...rest }) => `${JSON.stringify(field)}:${JSON.stringify(rest)}`)
        const text = JSON.stringify(withChangeset('HERE')).replace('"HERE"', () => `{${pairs.join()}}`)
        expect(changesOf(text)).toEqual(JSON.parse(JSON.stringify(list)))
      }),
    )
  })
})

test.each<[string, unknown, string, string]>([
  ['nothing', undefined, 'body', 'nothing'],
  ['null', null, 'body', 'null'],
  ['an array', [documented], 'body', 'an array'],
  ['a number', 7, 'body', 'a number'],
  ['a function', () => documented, 'body', 'a function'],
  ['text that is no JSON', `{"messageId": "${canary}`, 'body', 'a string'],
  ['empty text', '', 'body', 'an empty string'],
  ['a form', `messageId=${canary}`, 'body', 'a string'],
  ['JSON of something else', `"${canary}"`, 'body', 'a string'],
  ['bytes that are no text', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'body', 'bytes'],
  ['a message without its id', { ...documented, messageId: undefined }, 'messageId', 'nothing'],
  ['an empty id', { ...documented, messageId: '' }, 'messageId', 'an empty string'],
  ['an id that is a number', { ...documented, messageId: 4711 }, 'messageId', 'a number'],
  ['an endless id', { ...documented, messageId: canary.repeat(100) }, 'messageId', 'a string'],
  ['a message without its time', { ...documented, timestamp: undefined }, 'timestamp', 'nothing'],
  ['a time that is none', { ...documented, timestamp: canary }, 'timestamp', 'a string'],
  ['a time before time', { ...documented, timestamp: -1 }, 'timestamp', 'a number'],
  ['events that are no array', { ...documented, data: { 0: event } }, 'data', 'an object'],
  ['an event that is none', message('a', { data: [event, canary] }), 'data[1]', 'a string'],
  ['no action', withEvent({ action: undefined }), 'data[0].action', 'nothing'],
  ['an action that is no text', withEvent({ action: { canary } }), 'data[0].action', 'an object'],
  ['no time of an event', withEvent({ timestamp: null }), 'data[0].timestamp', 'null'],
  ['a user that is none', withEvent({ userId: canary }), 'data[0].userId', 'a string'],
  ['no entity', withEvent({ entity: null }), 'data[0].entity', 'null'],
  ['an entity without type', withEvent({ entity: { ...entity, type: 3 } }), 'data[0].entity.type', 'a number'],
  ['an entity without id', withEvent({ entity: { ...entity, id: 1.5 } }), 'data[0].entity.id', 'a number'],
  [
    'an entity with a bad id',
    withEvent({ entity: { ...entity, id: '9'.repeat(16) } }),
    'data[0].entity.id',
    'a string',
  ],
  ['an entity without URI', withEvent({ entity: { type: 'job', id: 1 } }), 'data[0].entity.uri', 'nothing'],
  ['a changeset that is text', withChangeset(canary), 'data[0].changeset', 'a string'],
  ['a change that is text', withChangeset([canary]), 'data[0].changeset[0]', 'a string'],
  ['a change without field', withChangeset([{ newValue: canary }]), 'data[0].changeset[0].field', 'nothing'],
  ['a field that is none', withChangeset([{ field: [canary] }]), 'data[0].changeset[0].field', 'an array'],
  ['values instead of changes', withChangeset({ [canary]: canary }), 'a value of data[0].changeset', 'a string'],
  [
    'an index instead of a field',
    withChangeset({ 0: { newValue: 1 } }),
    'a value of data[0].changeset.field',
    'nothing',
  ],
])('%s is refused, naming the part and nothing of the content', (_what, body, part, got) => {
  const error = thrownBy(() => readWebhookMessage(body))
  expect(error).toBeInstanceOf(WebhookMessageError)
  expect(error).toMatchObject({ name: 'WebhookMessageError', part, got, takes: expect.any(String) })
  const { message: text } = error as WebhookMessageError
  expect(text).toBe(`${part} takes ${(error as WebhookMessageError).takes}, but got ${got}`)
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(canary)
})

test('any other JSON is refused', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(thrownBy(() => readWebhookMessage(text))).toBeInstanceOf(WebhookMessageError)
    }),
  )
})

test('names that objects have by themselves are neither believed nor passed on', () => {
  const inherited = Object.create(message('a')) as object
  expect(() => readWebhookMessage(inherited)).toThrow(WebhookMessageError)
  const text = `{"messageId":"a","timestamp":"1","data":[{"action":"updated","timestamp":1,"__proto__":{"userId":666},
    "entity":{"type":"constructor","id":1,"uri":"u","__proto__":{"admin":true}},
    "changeset":{"__proto__":{"oldValue":1,"newValue":{"polluted":true}},"constructor":{"newValue":2}}}],"__proto__":{"polluted":true}}`
  const [only] = readWebhookMessage(text).events
  expect(only).toEqual({
    action: 'updated',
    timestamp: 1,
    userId: null,
    entity: { type: 'constructor', id: 1, uri: 'u' },
    changes: [
      { field: '__proto__', oldValue: 1, newValue: { polluted: true } },
      { field: 'constructor', oldValue: undefined, newValue: 2 },
    ],
  })
  for (const part of [only, only!.entity, ...only!.changes]) expect(Object.getPrototypeOf(part)).toBe(Object.prototype)
  expect(Object.keys(Object.prototype)).toEqual([])
})

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('it did not throw')
}
