import { describe, expect, test } from 'vitest'
import { type Outcome, promisesOf } from '../src/promises.ts'
import { createTally } from '../src/tally.ts'

const none = { refused: 0, throttled: 0, logouts: 0, requests: 0, rejected: 0, overBudget: 0, pruned: 0, expired: 0 }
const webhooks = { webhookAttempts: 0, webhooksDelivered: 0, webhookFailures: 0, webhooksDiscarded: 0 }
const oauth2 = { refreshTokensRefused: 0, liveTokens: 0 }
const server = { ...none, ...webhooks, ...oauth2, resets: 10, logins: 11, loginAttempts: 14, liveSessions: 1 }
const store = { kind: 'file' } as const
const faults = { orders: [], random: 0, seed: 1, settling: 10_000 }
const good: Outcome = {
  options: { processes: 8, loops: 25, pause: 200, seconds: 8, resets: 10, kills: 3, store, faults, output: 'json' },
  elapsed: 8_000,
  tally: { ...createTally(), served: 9_000 },
  kills: 3,
  faults: [],
  unused: undefined,
  outsiderLogins: 0,
  server,
  calm: { requests: 1_000, storeOperations: 0 },
  crashes: [],
  trouble: undefined,
  isInterrupted: false,
}

const broken = (change: Partial<Outcome>): string[] =>
  promisesOf({ ...good, ...change }).flatMap(({ promise, isKept }) => (isKept ? [] : [promise]))

const cost = { took: 1_000, served: 500, failed: 0, replays: 25, slowest: 500, resets: 1, logins: 1 }
const costs = [
  { ...cost, order: { name: 'login-slow', time: 2_000, reset: true } },
  { ...cost, order: { name: 'session-prune', time: 0, reset: false } },
] as const
/** Ten resets, two kills that were ordered, two faults, one of which ended a session in its own way. */
const struck: Partial<Outcome> = { faults: costs, unused: 3, outsiderLogins: 20, kills: 2 }
const mostLogins = 1 + 10 + 1 + 2 + 2 * 2

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
    ['Between resets no request needs the store', { elapsed: 90_000, calm: { requests: 1_000, storeOperations: 9 } }],
    ['Between resets no request needs the store', { calm: { requests: 0, storeOperations: 0 } }],
    ['No process fails of itself', { crashes: ['Error: boom'] }],
    ['No process fails of itself', { trouble: 'No worker is left' }],
  ])('is broken: %s', (promise, change) => {
    expect(broken(change)).toEqual([promise])
  })

  test('allows each process a login where the store was gone and the session ended', () => {
    const outage = { ...cost, order: { name: 'redis-kill', time: 3_000, reset: true } } as const
    const short = { ...cost, order: { name: 'redis-kill', time: 2_999, reset: true } } as const
    const most = (...costsOf: Outcome['faults']): string =>
      promisesOf({ ...good, ...struck, faults: costsOf }).find(({ promise }) => promise.startsWith('At most'))!.promise
    expect(most(outage)).toBe('At most 20 logins: 1 + 10 resets + 2 kills + 7 for 1 fault')
    expect(most(short)).toBe('At most 15 logins: 1 + 10 resets + 2 kills + 2 for 1 fault')
  })

  test('is kept by a long storm in which each process looks at the store once', () => {
    expect(broken({ elapsed: 90_000, calm: { requests: 1_000, storeOperations: 8 } })).toEqual([])
  })

  test('is kept by a storm with faults that cost what they may', () => {
    expect(broken({ ...struck, server: { ...server, logins: 20 + mostLogins } })).toEqual([])
  })

  test.each<[string, Partial<Outcome>]>([
    [
      'At most 18 logins: 1 + 11 resets + 2 kills + 4 for 2 faults',
      { server: { ...server, logins: 20 + mostLogins + 1 } },
    ],
    ['At most 3 sessions are left that nobody uses', { unused: 4 }],
    ['No request fails', { tally: { ...good.tally, failed: 1 } }],
  ])('with faults is broken: %s', (promise, change) => {
    expect(broken({ ...struck, ...change })).toEqual([promise])
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
