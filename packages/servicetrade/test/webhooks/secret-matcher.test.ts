import { ConfigurationError } from '@latchkey/core'
import { secretMatcher } from '@latchkey/servicetrade'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'

const secret = 'Aa0_-bcdefghijklmnopqrstuvwxyz'

test('the secret is recognised, and nothing else is', () => {
  const isSecret = secretMatcher(secret)
  expect(isSecret(secret)).toBe(true)
  const others = ['', secret.slice(1), `${secret}x`, secret.toLowerCase(), `${secret}\n`, 'x'.repeat(100_000)]
  for (const other of others) expect(isSecret(other)).toBe(false)
})

test.each([undefined, null, 7, {}, [secret], Buffer.from(secret)])('%s is not the secret', (candidate) => {
  expect(secretMatcher(secret)(candidate)).toBe(false)
})

test.each(['a'.repeat(20), 'a'.repeat(200)])('a secret of 20 to 200 characters is taken', (one) => {
  expect(secretMatcher(one)(one)).toBe(true)
})

test.each([
  ['missing', undefined],
  ['no text', 12345678901234567890n],
  ['too short', 'canary-4711-canary1'],
  ['too long', 'canary-4711-'.repeat(17)],
  ['not fit for a URL', 'canary-4711/canary-4711'],
  ['of several lines', 'canary-4711-canary-4711\n'],
])('a secret that is %s is a ConfigurationError that does not show it', (_what, given) => {
  const make = () => secretMatcher(given as string)
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(expect.objectContaining({ option: 'secret' }))
  expect(make).not.toThrow(/canary/)
})

test('a matcher shows nothing of its secret', () => {
  const isSecret = secretMatcher(secret)
  expect(inspect(isSecret, { showHidden: true, depth: 9 }) + String(isSecret)).not.toContain(secret)
})
