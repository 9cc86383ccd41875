import { ConfigurationError, LoginFailedError, LoginThrottledError, TokenStoreError } from '@latchkey/core'
import { expect, test } from 'vitest'
import { toResponse } from '../../src/drop-in/answer.ts'
import { toContent } from '../../src/drop-in/content.ts'
import { CustomHeaders } from '../../src/drop-in/custom-headers.ts'
import { toFailure } from '../../src/drop-in/failures.ts'
import { toTarget } from '../../src/drop-in/target.ts'

test.each([
  ['/job/1', { path: '/job/1', query: '' }],
  ['job/1', { path: '/job/1', query: '' }],
  ['', { path: '/', query: '' }],
  ['job?status=new&name=a b', { path: '/job', query: 'status=new&name=a%20b' }],
  ['/job?name=50%25&q=a?b#c\\d', { path: '/job', query: 'name=50%25&q=a?b%23c%5Cd' }],
  ['/tag/größe', { path: '/tag/gr%C3%B6%C3%9Fe', query: '' }],
])('the path %j is taken', (given, target) => {
  expect(toTarget(given)).toEqual(target)
})

test.each([
  '//x',
  '///x',
  'https://x/y',
  '/a/../b',
  '/a/%2E%2e/b',
  '/a%2fb',
  '/a#b',
  '/a\\b',
  '/api/job',
  undefined,
  1,
])('the path %j is refused', (given) => {
  expect(() => toTarget(given)).toThrow(ConfigurationError)
})

test('bodies go as the SDKs send them', () => {
  const json = { 'content-type': 'application/json' }
  const form = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
  expect(toContent(undefined)).toEqual({})
  expect(toContent(null)).toEqual({})
  expect(toContent({ a: [1] })).toEqual({ body: '{"a":[1]}', headers: json })
  expect(toContent(' {"a":1}')).toEqual({ body: ' {"a":1}', headers: json })
  expect(toContent('a=1')).toEqual({ body: 'a=1', headers: form })
  expect(toContent(new URLSearchParams({ a: 'b c' }))).toEqual({ body: 'a=b+c', headers: form })
  expect(() => toContent(Buffer.from('a'))).toThrow(ConfigurationError)
})

test('custom headers are kept by name, whatever its case, and can be taken away', () => {
  const headers = new CustomHeaders()
  headers.set('X-One', 'a')
  headers.set('x-one', 'b')
  headers.set('X-Two', 2)
  expect(headers.all()).toEqual({ 'x-one': 'b', 'x-two': '2' })
  headers.set('x-ONE', undefined)
  expect(headers.all()).toEqual({ 'x-two': '2' })
})

test('an answer is shown without its cookies and without what it quotes of the credentials', () => {
  const text = JSON.stringify({ messages: { error: ['no: pass"word', { quoted: 'no: {"p":"pass\\"word"}' }] }, n: 1 })
  const headers = { 'set-cookie': ['PHPSESSID=x'], 'x-a': 'b', 'x-none': undefined }
  expect(toResponse({ status: 403, statusText: 'Forbidden', headers, text }, ['pass"word'])).toEqual({
    status: 403,
    statusText: 'Forbidden',
    headers: { 'x-a': 'b' },
    data: { messages: { error: ['no: [secret]', { quoted: 'no: {"p":"[secret]"}' }] }, n: 1 },
  })
})

test('a login that failed shows no answer that could hold a session', () => {
  const answer = { status: 200, statusText: 'OK', headers: {}, text: '{"data":{"authToken":"secret"}}' }
  const failure = toFailure(new LoginFailedError('The login was answered 200 without a token'), { answer })
  expect(failure).toMatchObject({ name: 'AxiosError', message: 'The login was answered 200 without a token' })
  expect(failure).toHaveProperty('response', undefined)
})

test('a login that the network failed has the network’s code', () => {
  const network = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
  const cause = new LoginFailedError('The login failed: UND_ERR_SOCKET', { cause: network })
  expect(toFailure(cause)).toMatchObject({ name: 'AxiosError', code: 'ECONNRESET', cause })
})

test('a login that is held back for the login budget has a status and says when to come back', () => {
  expect(toFailure(new LoginThrottledError('The login budget is spent', { retryAfter: 1_500 }))).toMatchObject({
    response: { status: 429, data: null, headers: { 'retry-after': '2' } },
  })
})

test('what no server said is handed on as it is', () => {
  for (const error of [new TypeError('x'), 'text', new TokenStoreError('The store is gone')]) {
    expect(toFailure(error)).toBe(error)
  }
})
