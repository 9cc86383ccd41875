import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { rejection, startClient } from './support/client.ts'
import { json, startLoggedIn } from './support/scripted.ts'

/** Answers 429 so many times. */
function startThrottling(times: number, headers: () => object) {
  let left = times
  return startLoggedIn((_request, response) => {
    if (left-- > 0) json(response, 429, { messages: { error: ['Server time is spent'] } }, headers())
    else json(response, 200, { data: 'served' })
  })
}

describe('a 429', () => {
  test.each([
    ['seconds', () => ({ 'retry-after': '1' })],
    ['a date', () => ({ 'retry-after': new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000).toUTCString() })],
    // A server that means "now" must not be asked in a loop.
    ['no time at all', () => ({ 'retry-after': '0' })],
  ])('that asks for a wait in %s is waited out, and the request sent again', async (_how, headers) => {
    await using api = await startThrottling(1, headers)
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
    const start = performance.now()
    expect(await st.post('/job', { a: 1 })).toBe('served')
    // Timers may fire a moment early.
    expect(performance.now() - start).toBeGreaterThan(990)
    const [, first, second] = api.received
    expect(second).toEqual(first)
    expect(api.received).toHaveLength(3)
  })

  test('is waited out with the real budget of the server', async () => {
    const serverTimeBudget = { limit: 10, refill: 6_000, cost: 100 }
    await using client = await startClient({ serverTimeBudget })
    for (let served = 0; served < 2; served += 1) await client.st.get('/job/1')
    expect(client.api.counters).toMatchObject({ logins: 1, overBudget: 1, rejected: 0 })
  })

  test.each([
    ['the wait is past the bound', { maxRetryAfter: 1_500 }, '2', 2_000, 1],
    ['the waits add up past the bound', { maxRetryAfter: 1_500 }, '1', 1_000, 2],
    ['the caller never waits', { maxRetryAfter: 0 }, '0', 0, 1],
    ['the server does not say how long', {}, undefined, undefined, 1],
  ])('is a ServiceTradeError when %s', async (_what, settings, header, retryAfter, sent) => {
    await using api = await startThrottling(9, () => (header === undefined ? {} : { 'retry-after': header }))
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url, ...settings })
    const error = await rejection(st.get('/job/1'))
    expect(error).toMatchObject({
      name: 'ServiceTradeError',
      status: 429,
      retryAfter,
      messages: ['Server time is spent'],
    })
    expect(api.received).toHaveLength(1 + sent)
  })

  test('is not waited out any longer than the signal lets', async () => {
    const controller = new AbortController()
    await using api = await startThrottling(1, () => {
      // Aborts once the wait is under way: an abort that comes first ends the request instead.
      setTimeout(() => controller.abort(new Error('enough')), 50)
      return { 'retry-after': '30' }
    })
    await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
    expect(await rejection(st.get('/job/1', {}, { signal: controller.signal }))).toMatchObject({ message: 'enough' })
    expect(api.received).toHaveLength(2)
  })

  test('costs no login, and its connection is free again', async () => {
    await using client = await startClient(
      { serverTimeBudget: { limit: 1, refill: 1, cost: 50 } },
      { maxRetryAfter: 0 },
    )
    await client.st.get('/job/1')
    const errors = await Promise.all(Array.from({ length: 30 }, () => rejection(client.st.get('/job/1'))))
    expect(new Set(errors.map((error) => error.status))).toEqual(new Set([429]))
    expect(client.api.counters).toMatchObject({ logins: 1, rejected: 0 })
  })
})
