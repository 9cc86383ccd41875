import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ResetEvent, ResetRequest, ResetResponse } from '@latchkey/core'
import { expect, test } from 'vitest'
import { startApi } from '../support/scripted-api.ts'
import { openSession, send } from './kit.ts'

const notResets = [200, 204, 301, 302, 400, 403, 404, 409, 429, 500, 502, 503]

test.each(notResets)('a %i passes through as it is and costs no login', async (status) => {
  await using api = await startApi()
  await using kit = openSession(api)
  const body = status === 204 ? '' : `of the ${status}`
  api.always('/job', { status, headers: { 'x-own': 'kept' }, body })
  const answer = await send(`${api.origin}/job`, { dispatcher: kit.dispatcher })
  const fetched = await kit.session.fetch(`${api.origin}/job`, { redirect: 'manual' })
  expect(answer).toEqual({ statusCode: status, body })
  expect([fetched.status, await fetched.text(), fetched.headers.get('x-own')]).toEqual([status, body, 'kept'])
  expect(api.counts).toMatchObject({ login: 1, request: 2 })
})

test.each(notResets)('a %i is no reset to session.run, returned or thrown', async (status) => {
  await using api = await startApi()
  await using kit = openSession(api)
  const error = Object.assign(new Error('of the client'), { response: { status } })
  const calls: unknown[] = []
  expect(await kit.session.run(() => ({ status, call: calls.push(1) }))).toEqual({ status, call: 1 })
  await expect(
    kit.session.run(() => {
      calls.push(2)
      throw error
    }),
  ).rejects.toBe(error)
  expect(calls).toEqual([1, 2])
  expect(api.counts.login).toBe(1)
})

test.each(Object.entries({ 'undici request': 'request', 'session.fetch': 'fetch' }))(
  'the authenticator may take a redirect to the login page for a reset, with %s',
  async (_name, way) => {
    await using api = await startApi()
    await using kit = openSession(api, {
      authenticator: {
        isReset: ({ statusCode, headers }) => statusCode === 302 && headers['location'] === '/sign-in',
      },
    })
    api.next('/job', { status: 302, headers: { Location: '/sign-in' } })
    const url = `${api.origin}/job`
    const status =
      way === 'fetch'
        ? (await kit.session.fetch(url, { method: 'POST', body: 'x' })).status
        : (await send(url, { dispatcher: kit.dispatcher, method: 'POST', body: 'x' })).statusCode
    expect(status).toBe(200)
    expect(api.received.map(({ path, body }) => `${path} ${body.toString()}`).at(-1)).toBe('/job x')
    expect(api.counts).toMatchObject({ login: 2, request: 2 })
  },
)

test('the authenticator may take a page with status 200 for a reset', async () => {
  await using api = await startApi()
  await using kit = openSession(api, {
    authenticator: {
      isReset: ({ statusCode, headers }) =>
        statusCode === 200 && String(headers['content-type']).startsWith('text/html'),
    },
  })
  const page = { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: '<h1>Sign in</h1>' }
  api.next('/job', page)
  const url = `${api.origin}/job`
  expect((await send(url, { dispatcher: kit.dispatcher })).body).not.toContain('Sign in')
  api.next('/job', page)
  expect(await (await kit.session.fetch(url)).text()).not.toContain('Sign in')
  api.next('/job', page)
  const run = await kit.session.run((grant) => fetch(url, { headers: { authorization: `Bearer ${grant.token}` } }))
  expect(await run.text()).not.toContain('Sign in')
  expect(api.counts).toMatchObject({ login: 4, request: 6 })
})

test('the authenticator is asked with method, path and query as sent, and header names in lower case', async () => {
  await using api = await startApi()
  const asked: [ResetResponse, ResetRequest][] = []
  await using kit = openSession(api, {
    authenticator: {
      isReset: (response, request) => {
        asked.push([response, request])
        return false
      },
    },
  })
  api.always('/job', { status: 418, headers: { 'X-Mixed-Case': 'Yes' } })
  const url = `${api.origin}/job?page=2`
  await send(url, { dispatcher: kit.dispatcher, method: 'PUT', body: 'x' })
  await (await kit.session.fetch(url, { method: 'DELETE' })).text()
  expect(asked).toMatchObject([
    [
      { statusCode: 418, headers: { 'x-mixed-case': 'Yes' } },
      { method: 'PUT', path: '/job?page=2' },
    ],
    [
      { statusCode: 418, headers: { 'x-mixed-case': 'Yes' } },
      { method: 'DELETE', path: '/job?page=2' },
    ],
  ])
})

test.each([
  { status: 200, worked: true },
  { status: 404, worked: true },
  { status: 503, worked: false },
])('a $status proves that the grant works: $worked', async ({ status, worked }) => {
  await using api = await startApi()
  await using kit = openSession(api)
  const resets: unknown[] = []
  const onReset = (event: unknown): number => resets.push((event as ResetEvent).worked)
  subscribe('latchkey:reset', onReset)
  api.next('/job', { status })
  await send(`${api.origin}/job`, { dispatcher: kit.dispatcher })
  await kit.session.reject(await kit.session.grant())
  unsubscribe('latchkey:reset', onReset)
  expect(resets).toEqual([worked])
})
