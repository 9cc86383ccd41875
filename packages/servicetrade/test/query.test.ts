import { expect, test } from 'vitest'
import { type Query, toQuery } from '../src/query.ts'

test.each<[string, string, Query, string]>([
  ['strings and numbers go as they are', '', { a: 'x y&z', b: 0, c: -1.5 }, 'a=x+y%26z&b=0&c=-1.5'],
  ['booleans go as 1 and 0', '', { a: true, b: false, c: [true, false] }, 'a=1&b=0&c=1%2C0'],
  ['arrays go as comma lists', '', { a: [1, 2], b: ['x'] }, 'a=1%2C2&b=x'],
  ['undefined and empty arrays are left out', '', { a: undefined, b: [], c: '' }, 'c='],
  ['what the path says wins', 'a=1&b=', { a: 2, b: 3, c: 4 }, 'a=1&b=&c=4'],
  ['big ids keep all their digits', '', { a: 2_700_000_000_000_001 }, 'a=2700000000000001'],
])('%s', (_what, fromPath, params, expected) => {
  expect(toQuery(fromPath, params).toString()).toBe(expected)
})
