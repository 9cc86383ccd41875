import { Headers as UndiciHeaders } from 'undici'
import { describe, expect, test } from 'vitest'
import { type Received, type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { type Kit, openSession, resetUnder, send } from './kit.ts'

const forms: Record<string, (headers: [string, string][]) => unknown> = {
  'an object': (headers) => Object.fromEntries(headers),
  'a flat array': (headers) => headers.flat(),
  'an array of values in an object': (headers) => Object.fromEntries(headers.map(([name, value]) => [name, [value]])),
  "undici's Headers": (headers) => new UndiciHeaders(headers),
  "Node's Headers": (headers) => new Headers(headers),
  'a Map': (headers) => new Map(headers),
  'an iterator that can be read once': (headers) => new Map(headers).entries(),
}

async function replayed(api: ScriptedApi, kit: Kit, headers: unknown): Promise<Received[]> {
  await kit.session.grant()
  const { statusCode } = await resetUnder(api, 1, () =>
    send(`${api.origin}/job`, { dispatcher: kit.dispatcher, headers: headers as never }),
  )
  expect(statusCode).toBe(200)
  expect(api.received).toHaveLength(2)
  return api.received
}

describe.each(Object.entries(forms))('headers as %s', (_name, form) => {
  test('arrive with every dispatch, each with the newest token alone', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    const received = await replayed(
      api,
      kit,
      form([
        ['X-Own', 'kept'],
        ['Accept-Language', 'de'],
      ]),
    )
    for (const { headers } of received) expect(headers).toMatchObject({ 'x-own': 'kept', 'accept-language': 'de' })
    expect(received.map(({ tokens }) => tokens)).toEqual([[api.tokens[0]], [api.tokens[1]]])
  })

  test("lose an authorization of the caller's, however it is spelt", async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    const received = await replayed(api, kit, form([['AUTHORIZATION', 'Bearer of-the-caller']]))
    expect(received.map(({ tokens }) => tokens)).toEqual([[api.tokens[0]], [api.tokens[1]]])
  })

  test("keep the caller's cookies beside the session's, but for one of the same name", async () => {
    await using api = await startApi()
    await using kit = openSession(api, { authenticator: { carry: 'cookie' } })
    const received = await replayed(api, kit, form([['Cookie', 'theme=dark; sid=of-the-caller; lang=de']]))
    expect(received.map(({ headers }) => headers.cookie)).toEqual([
      `theme=dark; lang=de; sid=${api.tokens[0]}`,
      `theme=dark; lang=de; sid=${api.tokens[1]}`,
    ])
  })
})

test("the caller's headers are left as they are", async () => {
  await using api = await startApi()
  await using kit = openSession(api, { authenticator: { carry: 'cookie' } })
  const headers = Object.freeze({ cookie: 'theme=dark', 'x-list': Object.freeze(['a', 'b']) })
  const received = await replayed(api, kit, headers)
  expect(headers).toEqual({ cookie: 'theme=dark', 'x-list': ['a', 'b'] })
  expect(received.map((one) => one.headers['x-list'])).toEqual(['a, b', 'a, b'])
})

test('a header that comes several times in a flat array goes as often', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const received = await replayed(api, kit, ['x-list', 'a', 'X-List', 'b', 'x-list', 'c'])
  for (const { headers } of received)
    expect(headers['x-list']!.toString().split(', ').toSorted()).toEqual(['a', 'b', 'c'])
})

test('a header may have the name of something that every object has', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  for (const { headers } of await replayed(api, kit, ['constructor', 'a', 'toString', 'b']))
    expect(headers).toMatchObject({ constructor: 'a', tostring: 'b' })
})

test('an array with a name but no value is refused, and nothing is sent', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await expect(
    send(`${api.origin}/job`, { dispatcher: kit.dispatcher, headers: ['x-own', 'a', 'x-lost'] }),
  ).rejects.toThrow(/header/)
  expect(api.counts.request).toBe(0)
})

test('a header of the authenticator that is neither authorization nor cookie is replaced too', async () => {
  await using api = await startApi()
  await using kit = openSession(api, {
    authenticator: { authorize: ({ token }) => ({ 'X-Auth-Token': token, Authorization: `Bearer ${token}` }) },
  })
  const received = await replayed(api, kit, { 'x-auth-token': 'of-the-caller' })
  expect(received.map(({ headers }) => headers['x-auth-token'])).toEqual(api.tokens)
})

test('session.fetch sends the newest token alone, beside the headers of the caller', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { authenticator: { carry: 'cookie' } })
  await kit.session.grant()
  const headers = new Headers({ cookie: 'theme=dark; sid=of-the-caller', 'x-own': 'kept' })
  const response = await resetUnder(api, 1, () => kit.session.fetch(`${api.origin}/job`, { headers: headers as never }))
  expect(response.status).toBe(200)
  expect(api.received.map((one) => [one.headers.cookie, one.headers['x-own']])).toEqual([
    [`theme=dark; sid=${api.tokens[0]}`, 'kept'],
    [`theme=dark; sid=${api.tokens[1]}`, 'kept'],
  ])
})
