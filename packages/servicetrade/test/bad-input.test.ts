import { ConfigurationError } from '@latchkey/core'
import { ServiceTrade, type ServiceTradeOptions } from '@latchkey/servicetrade'
import { FormData as FormDataOfUndici } from 'undici'
import { expect, test } from 'vitest'
import { rejection, startClient } from './support/client.ts'

const circle: { self?: object } = {}
circle.self = circle

const user = { username: 'integration', password: 'hunter2' }
const secret = /hunter2/
test.each<[string, object, string]>([
  ['no options', undefined as unknown as object, 'ServiceTrade options'],
  ['no credentials', {}, 'credentials'],
  ['a client without a secret', { clientId: 'a' }, 'clientSecret'],
  ['a secret without a client', { clientSecret: 'hunter2' }, 'clientId'],
  ['a password beside a client', { clientId: 'a', clientSecret: 'hunter2', password: 'hunter2' }, 'password'],
  ['a username beside a token', { token: 'hunter2', username: 'a' }, 'username'],
  ['a token of two lines', { token: 'hunter2\r\nx: y' }, 'token'],
  ['headers that are none', { ...user, headers: ['hunter2'] }, 'headers'],
  ['a header that the connection needs', { ...user, headers: { Host: 'hunter2' } }, 'headers'],
  ['an unknown option', { ...user, usrname: 'hunter2' }, 'ServiceTrade option usrname'],
  ['no username', { password: 'hunter2' }, 'username'],
  ['no password', { username: 'integration' }, 'password'],
  ['an empty password', { ...user, password: '' }, 'password'],
  ['a password that is a number', { ...user, password: 12 }, 'password'],
  ['a base URL that is none', { ...user, baseUrl: 'servicetrade' }, 'baseUrl'],
  ['a base URL with a user', { ...user, baseUrl: 'https://me:hunter2@api.servicetrade.com' }, 'baseUrl'],
  ['a base URL with a path', { ...user, baseUrl: 'https://api.servicetrade.com/api' }, 'baseUrl'],
  ['a user agent of two lines', { ...user, userAgent: 'a\r\nb: c' }, 'userAgent'],
  ['a negative wait', { ...user, maxRetryAfter: -1 }, 'maxRetryAfter'],
  ['a store that is none', { ...user, store: {} }, 'store'],
  ['a dispatcher that is none', { ...user, dispatcher: {} }, 'dispatcher'],
  ['a bad setting of the session', { ...user, loginBudget: { limit: 0 } }, 'loginBudget.limit'],
  ['a time that is text', { ...user, maxWait: '60s' }, 'maxWait'],
])('%s is a ConfigurationError', (_what, options, option) => {
  const make = () => new ServiceTrade(options as ServiceTradeOptions)
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(expect.objectContaining({ option }))
  expect(make).not.toThrow(secret)
})

test('a base URL with a path is told to leave it out, and what was given', () => {
  const takes = 'an http or https URL of the server alone, as in https://api.servicetrade.com: no path'
  const baseUrl = 'https://api.servicetrade.com/api'
  expect(() => new ServiceTrade({ ...user, baseUrl })).toThrow(takes)
  expect(() => new ServiceTrade({ ...user, baseUrl })).toThrow('but got a string of 32 characters')
  expect(() => new ServiceTrade({ ...user, baseUrl: new URL(baseUrl) })).toThrow('but got an instance of URL')
})

test.each([
  'job/1',
  '',
  '//elsewhere.example/job',
  'https://elsewhere.example/job',
  '/../auth',
  '/job/..',
  '/job/%2e%2E/auth',
  '/job/.%2e',
  '/job/./1',
  '/job/a%2f..%2fb',
  '/job//1',
  '/job\\1',
  '/job 1',
  '/job/1\r\nx: y',
  '/job#1',
  '/jöb',
  '/api/job/1',
  '/api',
  undefined,
  7,
])('the path %j is a ConfigurationError, and nothing is sent', async (path) => {
  await using client = await startClient()
  const given = path as string
  const errors = [
    await rejection(client.st.get(given)),
    await rejection(client.st.post(given)),
    await rejection(client.st.put(given)),
    await rejection(client.st.delete(given)),
  ]
  for (const error of errors) expect(error).toMatchObject({ code: 'CONFIGURATION', option: 'path' })
  expect(() => client.st.list(given)).toThrow(expect.objectContaining({ option: 'path' }))
  expect(client.api.counters).toMatchObject({ requests: 0, loginAttempts: 0 })
})

test.each([
  ['a form', new FormData()],
  ["a form of undici's own", new FormDataOfUndici()],
  ['search parameters', new URLSearchParams()],
  ['bytes', new Uint8Array(1)],
  ['a Blob', new Blob([])],
  ['a function', () => 1],
  ['a bigint', { id: 1n }],
  ['a circle', circle],
])('a body that is %s is a ConfigurationError', async (_what, body) => {
  await using client = await startClient()
  expect(await rejection(client.st.post('/job', body))).toMatchObject({ code: 'CONFIGURATION', option: 'body' })
  expect(client.api.counters.loginAttempts).toBe(0)
})

test.each([null, Number.NaN, {}, new Date(), [[1]], [null], 1n, Symbol('x')])(
  'a parameter that is %s is a ConfigurationError',
  async (value) => {
    await using client = await startClient()
    const params = { when: value } as never
    expect(await rejection(client.st.get('/job', params))).toMatchObject({ option: 'params.when' })
  },
)

test.each<[unknown, string]>([
  [null, 'params'],
  ['status=all', 'params'],
  [[1], 'params'],
  [new URLSearchParams('status=all'), 'params'],
  [new Map([['status', 'all']]), 'params'],
])('parameters %s, which would be lost, are a ConfigurationError', async (params, option) => {
  await using client = await startClient()
  expect(await rejection(client.st.get('/job', params as never))).toMatchObject({ code: 'CONFIGURATION', option })
})

test.each<[string, unknown, string]>([
  ['a bare signal', new AbortController().signal, 'call options'],
  ['a signal that is none', { signal: {} }, 'signal'],
  ['an unknown option', { timeOut: 5 }, 'call option timeOut'],
  ['a timeout of nothing', { timeout: 0 }, 'timeout'],
  ['headers that are none', { headers: new Headers() }, 'headers'],
  ['a header of two lines', { headers: { 'x-a': 'hunter2\r\nx-b: c' } }, 'headers'],
  ["the session's own header", { headers: { Authorization: 'hunter2' } }, 'headers'],
  ['null', null, 'call options'],
])('call options that are %s are a ConfigurationError', async (_what, given, option) => {
  await using client = await startClient()
  const { st, api } = client
  const options = given as never
  const file = { value: new Uint8Array(1), filename: 'a' }
  const errors = [
    await rejection(st.get('/job/1', {}, options)),
    await rejection(st.post('/job', {}, options)),
    await rejection(st.delete('/job/1', options)),
    await rejection(st.attach({ purposeId: 7, entityType: 3, entityId: 1 }, file, options)),
  ]
  for (const error of errors) {
    expect(error).toMatchObject({ code: 'CONFIGURATION', option })
    expect(error.message).not.toMatch(secret)
  }
  expect(() => st.list('/job', {}, options)).toThrow(expect.objectContaining({ option }))
  expect(api.counters.loginAttempts).toBe(0)
})
