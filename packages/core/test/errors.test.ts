import { inspect } from 'node:util'
import * as core from '@latchkey/core'
import { expect, test } from 'vitest'

const secondInstall: string = '../src/errors.ts?copy'

const examples = {
  LOGIN_REFUSED: new core.LoginRefusedError('refused'),
  LOGIN_THROTTLED: new core.LoginThrottledError('throttled', { retryAfter: 5 }),
  LOGIN_FAILED: new core.LoginFailedError('failed', { cause: new Error('why'), subject: 'host/user' }),
  SESSION_RESET: new core.SessionResetError('reset', { reason: 'body-too-large' }),
  TOKEN_STORE: new core.TokenStoreError('gone'),
  CONFIGURATION: new core.ConfigurationError('option', 'a number', 'text'),
  LOGOUT_FAILED: new core.LatchkeyError('LOGOUT_FAILED', 'not confirmed'),
  SESSION_CLOSED: new core.LatchkeyError('SESSION_CLOSED', 'closed'),
  SESSION_TIMEOUT: new core.LatchkeyError('SESSION_TIMEOUT', 'too long'),
} satisfies Record<core.ErrorCode, core.LatchkeyError>

const classes = {
  LOGIN_REFUSED: 'LoginRefusedError',
  LOGIN_THROTTLED: 'LoginThrottledError',
  LOGIN_FAILED: 'LoginFailedError',
  SESSION_RESET: 'SessionResetError',
  TOKEN_STORE: 'TokenStoreError',
  CONFIGURATION: 'ConfigurationError',
} as const

test('every code has an example here', () => {
  expect(Object.keys(examples).toSorted()).toEqual([...core.errorCodes].toSorted())
})

test.each(Object.entries(examples))('%s is recognised, across duplicate installs too', async (code, error) => {
  const copy = (await import(/* @vite-ignore */ secondInstall)) as typeof core
  expect(copy.LatchkeyError).not.toBe(core.LatchkeyError)
  for (const install of [core, copy]) {
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(install.LatchkeyError)
    for (const [other, name] of Object.entries(classes)) {
      expect(error instanceof install[name], `${code} instanceof ${name}`).toBe(other === code)
    }
  }
  expect(error.code).toBe(code)
  expect(error.name).toBe(classes[code as keyof typeof classes] ?? 'LatchkeyError')
})

test('the three login errors have a class in common', () => {
  const common = Object.values(examples).filter((error) => error instanceof core.LoginError)
  expect(common.map(({ code }) => code)).toEqual(['LOGIN_REFUSED', 'LOGIN_THROTTLED', 'LOGIN_FAILED'])
})

test('nothing else is taken for one', () => {
  for (const value of [undefined, null, 'LOGIN_REFUSED', new Error('x'), { code: 'LOGIN_REFUSED' }]) {
    expect(value instanceof core.LatchkeyError).toBe(false)
    expect(value instanceof core.LoginRefusedError).toBe(false)
  }
})

test('a class of somebody’s own below one of ours takes only its own', () => {
  class Special extends core.LoginFailedError {}
  expect(new Special('x')).toBeInstanceOf(core.LoginFailedError)
  expect(new Special('x')).toBeInstanceOf(Special)
  expect(examples.LOGIN_FAILED instanceof Special).toBe(false)
})

test('cause, subject and wait are kept', () => {
  expect(examples.LOGIN_FAILED.cause).toEqual(new Error('why'))
  expect(examples.LOGIN_FAILED.subject).toBe('host/user')
  expect(examples.LOGIN_THROTTLED.retryAfter).toBe(5)
  expect('cause' in examples.LOGIN_REFUSED).toBe(false)
})

test('a configuration error tells what it got, but of text only the length', () => {
  const got = (value: unknown): string => new core.ConfigurationError('option', 'something', value).got
  expect([
    got(-1),
    got(true),
    got(undefined),
    got(null),
    got(3n),
    got('secret'),
    got(''),
    got([1]),
    got({}),
    got(new Map()),
    got(() => {}),
    got(Symbol('s')),
  ]).toEqual([
    '-1',
    'true',
    'undefined',
    'null',
    '3n',
    'a string of 6 characters',
    'an empty string',
    'an array of 1',
    'an object',
    'an instance of Map',
    'a function',
    'a symbol',
  ])
  expect(inspect(new core.ConfigurationError('password', 'text', 'hunter2'))).not.toContain('hunter2')
})
