import { PassThrough, type Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { startApi } from '../support/scripted-api.ts'
import { type Kit, openSession, send } from './kit.ts'

const viaRequest = async ({ dispatcher }: Kit, url: string, body: unknown): Promise<number> =>
  (await send(url, { dispatcher, method: 'POST', body: body as never })).statusCode

describe('a stream that a function returned is let go', () => {
  /** Remembers what it made. */
  function maker(): { make: () => Readable; made: PassThrough[] } {
    const made: PassThrough[] = []
    const make = (): Readable => {
      const stream = new PassThrough()
      stream.write('the beginning')
      made.push(stream)
      return stream
    }
    return { make, made }
  }

  test('when its request is replayed with another', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    // Answered before its body was read, of which there is more to come.
    api.next('/job', { status: 401 })
    const { make, made } = maker()
    const sent = viaRequest(kit, `${api.origin}/job`, make)
    await expect.poll(() => made.length, { interval: 1 }).toBe(2)
    expect(made[0]!.destroyed).toBe(true)
    made[1]!.end()
    expect(await sent).toBe(200)
  })

  test('when the caller aborts, before or after it was made', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const { make, made } = maker()
    const late = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const bodies = [
      make,
      async () => {
        asked.resolve()
        await late.promise
        return make()
      },
    ]
    const controller = new AbortController()
    const all = bodies.map((body) =>
      send(`${api.origin}/job`, {
        dispatcher: kit.dispatcher,
        method: 'POST',
        body: body as never,
        signal: controller.signal,
      }),
    )
    await asked.promise
    await expect.poll(() => api.counts.request, { interval: 1 }).toBe(1)
    controller.abort(new Error('enough'))
    for (const sent of all) await expect(sent).rejects.toThrow('enough')
    late.resolve()
    await expect.poll(() => made.map(({ destroyed }) => destroyed)).toEqual([true, true])
  })
})

test('a function that returns a form or search parameters has their content type sent', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await viaRequest(kit, `${api.origin}/job`, () => new URLSearchParams({ a: '1' }))
  await viaRequest(kit, `${api.origin}/job`, async () => {
    const form = new FormData()
    form.set('a', '1')
    return form
  })
  expect(api.received.map(({ headers }) => headers['content-type'])).toEqual([
    'application/x-www-form-urlencoded;charset=UTF-8',
    expect.stringMatching(/^multipart\/form-data; boundary=/),
  ])
})
