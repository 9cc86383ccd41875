import { inspect } from 'node:util'
import {
  ConfigurationError,
  fingerprint,
  kinds,
  readOptions,
  Session,
  sessionDefaults,
  takeOption,
} from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Agent } from 'undici'
import { expect, test } from 'vitest'
import { Desk } from './support/desk.ts'

const authenticator = new Desk().authenticator()
const store = new MemoryTokenStore()

function build(change: Record<string, unknown>): Session {
  return new Session({ authenticator, store, ...change })
}

test.each<[string, Record<string, unknown>, string, string]>([
  ['an unknown option', { loginTimout: 5 }, 'Session option loginTimout', '5'],
  ['no authenticator', { authenticator: undefined }, 'authenticator', 'undefined'],
  ['an authenticator that is none', { authenticator: { login() {} } }, 'authenticator', 'an object'],
  [
    'an authenticator without a subject',
    { authenticator: { ...authenticator, subject: '' } },
    'authenticator.subject',
    'an empty string',
  ],
  [
    'an authenticator without a fingerprint',
    { authenticator: { ...authenticator, fingerprint: undefined } },
    'authenticator.fingerprint',
    'undefined',
  ],
  [
    'an origin that is no URL',
    { authenticator: { ...authenticator, origin: 'api.example.com' } },
    'authenticator.origin',
    'a string of 15 characters',
  ],
  [
    'an origin with a path',
    { authenticator: { ...authenticator, origin: 'https://api.example.com/api' } },
    'authenticator.origin',
    'a string of 27 characters',
  ],
  [
    'an origin with a password',
    { authenticator: { ...authenticator, origin: 'https://me:pass@api.example.com' } },
    'authenticator.origin',
    'a string of 31 characters',
  ],
  ['no store', { store: undefined }, 'store', 'undefined'],
  ['a store that is no store', { store: new Map() }, 'store', 'an instance of Map'],
  ['a path for a store', { store: 'sessions.db' }, 'store', 'a string of 11 characters'],
  ['a negative time', { loginTimeout: -1 }, 'loginTimeout', '-1'],
  ['a time that is not a number', { maxWait: '60s' }, 'maxWait', 'a string of 3 characters'],
  ['a time past the longest timer', { maxWait: 2 ** 31 }, 'maxWait', '2147483648'],
  ['no time at all', { storeTimeout: Number.NaN }, 'storeTimeout', 'NaN'],
  ['a lease too short to renew', { leaseTime: 10 }, 'leaseTime', '10'],
  ['half a replay', { maxReplays: 1.5 }, 'maxReplays', '1.5'],
  ['a budget that is a number', { loginBudget: 10 }, 'loginBudget options', '10'],
  ['a budget of nothing', { loginBudget: { limit: 0 } }, 'loginBudget.limit', '0'],
  ['an unknown part of the budget', { loginBudget: { max: 3 } }, 'loginBudget option max', '3'],
  ['an unknown policy', { storeFailure: 'ignore' }, 'storeFailure', 'a string of 6 characters'],
  ['a dispatcher that is none', { dispatcher: {} }, 'dispatcher', 'an object'],
])('%s is a ConfigurationError that names the option and what it got', (_what, change, option, got) => {
  let thrown: unknown
  try {
    build(change)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(ConfigurationError)
  expect(thrown).toMatchObject({ code: 'CONFIGURATION', option, got })
  expect((thrown as ConfigurationError).takes).not.toBe('')
})

test.each([undefined, null, 'options', []])('options that are %j are a ConfigurationError', (options) => {
  expect(() => new Session(options as never)).toThrow(ConfigurationError)
})

test('what is given as an option never shows in the error', () => {
  const secret = 'correct horse battery staple'
  for (const option of ['authenticator', 'store', 'dispatcher', 'loginTimeout', 'storeFailure', 'password']) {
    try {
      build({ [option]: secret })
      expect.unreachable()
    } catch (error) {
      expect(inspect(error, { depth: Infinity })).not.toContain(secret)
    }
  }
})

test('an option set to undefined counts as left out, and times at their limits are taken', () => {
  build({ loginTimeout: undefined, dispatcher: undefined, maxWait: 2 ** 31 - 1, refreshAhead: 0, maxReplays: 0 })
  build({ dispatcher: new Agent(), loginBudget: { limit: 1 }, storeFailure: 'fail' })
})

test('options are read once: changing them later changes nothing', async () => {
  const desk = new Desk()
  const budget = { limit: 1, window: 60_000 }
  const session = desk.session({ loginBudget: budget })
  budget.limit = 100
  await session.reject(await session.grant())
  await expect(session.grant()).rejects.toMatchObject({ code: 'LOGIN_THROTTLED' })
})

test('the documented defaults are the real ones', () => {
  expect(sessionDefaults).toEqual({
    loginTimeout: 30_000,
    leaseTime: 5_000,
    loginBudget: { limit: 10, window: 60_000 },
    maxWait: 60_000,
    maxReplays: 2,
    refreshAhead: 300_000,
    storeTimeout: 500,
    storeFailure: 'continue',
  })
})

test('authors of stores and adapters get the same errors for their own options', () => {
  const read = (input: unknown): unknown => readOptions('Store', input, { path: kinds.text(), keep: kinds.flag() })
  expect(read({ path: 'x' })).toEqual({ path: 'x', keep: undefined })
  expect(() => read({ pth: 'x' })).toThrow(
    'Store option pth takes no value, since it is unknown (known are path, keep), but got a string of 1 character',
  )
  expect(() => read({ keep: 'yes' })).toThrow('keep takes true or false, but got a string of 3 characters')
})

test('a fingerprint of what is not set is refused', () => {
  expect(() => fingerprint('host/user', undefined as unknown as string)).toThrow(
    'secrets[0] takes a string, but got undefined',
  )
  expect(() => fingerprint('', 'password')).toThrow('subject takes')
})

test('fingerprints tell credentials apart and give none away', () => {
  const one = fingerprint('host/user', 'password')
  expect(fingerprint('host/user', 'password')).toBe(one)
  const others = [
    fingerprint('host/user', 'Password'),
    fingerprint('host/other', 'password'),
    fingerprint('host/user', 'pass', 'word'),
    fingerprint('host/user', ''),
  ]
  expect(new Set([one, ...others]).size).toBe(5)
  expect(one).toMatch(/^[\w-]{22}$/)
})

test.each([
  [123456789, 'a number'],
  [123456789n, 'a bigint'],
  [false, 'a boolean'],
  ['', 'an empty string'],
  [undefined, 'undefined'],
])('of a secret that is %o no more than the kind is told', (value, got) => {
  const read = () => takeOption('password', value, kinds.secret())
  expect(read).toThrow(`password takes a string that is not empty, but got ${got}`)
  expect(read).not.toThrow(/1234/)
})
