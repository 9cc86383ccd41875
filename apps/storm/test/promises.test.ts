import { describe, expect, test } from 'vitest'
import { type Outcome, promisesOf } from '../src/promises.ts'
import { createTally } from '../src/tally.ts'

const none = { refused: 0, throttled: 0, logouts: 0, requests: 0, rejected: 0, overBudget: 0, pruned: 0, expired: 0 }
const server = { ...none, resets: 10, logins: 11, loginAttempts: 14, liveSessions: 1 }
const store = { kind: 'file' } as const
const good: Outcome = {
  options: { processes: 8, loops: 25, seconds: 8, resets: 10, kills: 3, store, output: 'json' },
  elapsed: 8_000,
  tally: { ...createTally(), served: 9_000 },
  kills: 3,
  server,
  calm: { requests: 1_000, storeOperations: 0 },
  crashes: [],
  trouble: undefined,
  isInterrupted: false,
}

const broken = (change: Partial<Outcome>): string[] =>
  promisesOf({ ...good, ...change }).flatMap(({ promise, isKept }) => (isKept ? [] : [promise]))

const withoutKills = { options: { ...good.options, kills: 0 }, kills: 0 }

describe('a promise', () => {
  test('is kept by a storm that went well', () => {
    expect(broken({})).toEqual([])
    expect(broken({ ...withoutKills, server: { ...server, loginAttempts: 11 } })).toEqual([])
  })

  test.each<[string, Partial<Outcome>]>([
    ['No request fails', { tally: { ...good.tally, failed: 1 } }],
    ['No request fails', { tally: createTally() }],
    ['Every reset is survived by all', { server: { ...server, resets: 9, logins: 10, loginAttempts: 13 } }],
    ['Every reset is survived by all', { options: { ...good.options, kills: 4 } }],
    ['At most 14 logins: 1 + 10 resets + 3 kills', { server: { ...server, loginAttempts: 15 } }],
    ['At most 14 logins: 1 + 10 resets + 3 kills', { server: { ...server, logins: 10 } }],
    ['Exactly 11 logins: 1 + 10 resets', { ...withoutKills, server: { ...server, logins: 12, loginAttempts: 12 } }],
    ['At most 4 sessions are left open', { server: { ...server, liveSessions: 5 } }],
    ['Between resets no request needs the store', { calm: { requests: 1_000, storeOperations: 1 } }],
    ['Between resets no request needs the store', { calm: { requests: 0, storeOperations: 0 } }],
    ['No process fails of itself', { crashes: ['Error: boom'] }],
    ['No process fails of itself', { trouble: 'No worker is left' }],
  ])('is broken: %s', (promise, change) => {
    expect(broken(change)).toEqual([promise])
  })

  test.each<[string, Partial<Outcome>, string]>([
    ['says what became of attempts without a session', {}, '11 logins, 14 attempts: 3 died with their process'],
    [
      'counts in the singular, too',
      { ...withoutKills, server: { ...server, logins: 1, loginAttempts: 1 } },
      '1 login, 1 attempt',
    ],
  ])('%s', (_what, change, measured) => {
    expect(promisesOf({ ...good, ...change }).map((promised) => promised.measured)).toContain(measured)
  })

  test('of one session is told in the singular', () => {
    const told = promisesOf({ ...good, ...withoutKills }).map(({ promise }) => promise)
    expect(told).toContain('At most 1 session is left open')
  })

  test('to go through all resets is not made by a storm that was interrupted', () => {
    const half = { ...server, resets: 5, logins: 5, loginAttempts: 6 }
    expect(broken({ isInterrupted: true, kills: 1, server: half, calm: undefined })).toEqual([])
  })
})
