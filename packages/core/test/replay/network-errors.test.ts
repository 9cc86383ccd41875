import { expect, test } from 'vitest'
import { type Exchange, startApi } from '../support/scripted-api.ts'
import { type Kit, openSession, send } from './kit.ts'

const ways: Record<string, (kit: Kit, url: string, body: unknown) => Promise<unknown>> = {
  'undici request': ({ dispatcher }, url, body) => send(url, { dispatcher, method: 'POST', body: body as never }),
  'session.fetch': async ({ session }, url, body) =>
    (await session.fetch(url, { method: 'POST', body: body as never })).text(),
  'session.run': ({ session, agent }, url, body) =>
    session.run(() =>
      send(url, { dispatcher: agent, method: 'POST', body: typeof body === 'function' ? body() : (body as never) }),
    ),
}

const bodies: Record<string, () => unknown> = {
  'a string': () => 'once',
  'a function': () => () => 'once',
  'a stream': () => new Blob(['once']).stream(),
}

const cases = Object.entries(ways).flatMap(([way, go]) =>
  Object.entries(bodies).map(([body, make]) => ({ way, go, body, make })),
)

test.each(cases)('a POST with $body is not repeated when its connection breaks, with $way', async ({ go, make }) => {
  await using api = await startApi()
  await using kit = openSession(api)
  api.always('/job', async ({ request, receive }) => {
    await receive()
    request.socket.destroy()
  })
  await expect(go(kit, `${api.origin}/job`, make())).rejects.toThrow()
  expect(api.received.map(({ body }) => body.toString())).toEqual(['once'])
  expect(api.counts).toMatchObject({ login: 1, request: 1, probe: 0 })
})

test.each(Object.entries(ways))('an answer that breaks off is not asked for again, with %s', async (_way, go) => {
  await using api = await startApi()
  await using kit = openSession(api)
  api.always('/job', async ({ response, receive }: Exchange) => {
    await receive()
    response.writeHead(200, { 'content-length': 100 })
    response.write('the beginning', () => response.destroy())
  })
  await expect(go(kit, `${api.origin}/job`, 'once')).rejects.toThrow()
  expect(api.counts).toMatchObject({ login: 1, request: 1 })
})

test('a server that cannot be reached is an error of the client, and leaves the grant as it is', async () => {
  const api = await startApi()
  await using kit = openSession(api)
  const { origin } = api
  const grant = await kit.session.grant()
  await api[Symbol.asyncDispose]()
  const request = send(`${origin}/job`, { dispatcher: kit.dispatcher, method: 'POST', body: 'once' })
  await expect(request).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect(await kit.session.grant()).toBe(grant)
})
