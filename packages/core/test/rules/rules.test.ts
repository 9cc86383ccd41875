import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Grant } from '../../src/grant.ts'
import {
  commit,
  confirm,
  decide,
  fail,
  isExpired,
  land,
  logout,
  recentLogins,
  refreshAt,
  reject,
  remainingHold,
  renew,
  restore,
  type View,
} from '../../src/rules/rules.ts'
import { emptyState, type SessionState } from '../../src/rules/state.ts'
import { runs } from '../support/runs.ts'

const ids = fc.constantFrom('a', 'b', 'c')
const owners = fc.constantFrom('me', 'you')
const times = fc.integer({ min: 0, max: 200_000 })

const grants = fc
  .record({
    id: ids,
    generation: fc.nat(9),
    issuedAt: times,
    worked: fc.boolean(),
    expiresAt: fc.option(times, { nil: undefined }),
  })
  .map((record) => new Grant({ ...record, token: 'token' }))

const states: fc.Arbitrary<SessionState> = fc.record({
  generation: fc.nat(9),
  grant: fc.option(grants),
  previous: fc.option(grants),
  latest: fc.option(ids),
  flight: fc.option(fc.record({ owner: owners, beat: fc.nat(9) })),
  logins: fc.array(times, { maxLength: 6 }),
  hold: fc.option(
    fc
      .record({
        from: times,
        length: fc.integer({ min: 1, max: 60_000 }),
        reason: fc.constantFrom('refused', 'throttled', 'failing'),
        failures: fc.nat(9),
      })
      .map(({ length, ...hold }) => ({ ...hold, until: hold.from + length })),
  ),
  strikes: fc.nat(5),
  lastReset: fc.constant(null),
})

const views: fc.Arbitrary<View> = fc.record({
  now: times,
  flightSeenFor: fc.integer({ min: 0, max: 10_000 }),
  holdSeenFor: fc.integer({ min: 0, max: 100_000 }),
  leaseTime: fc.constant(5_000),
  budget: fc.record({ limit: fc.integer({ min: 1, max: 5 }), window: fc.constant(60_000) }),
  owner: fc.constant('me'),
  replacing: fc.option(ids, { nil: undefined }),
})

function always(
  ...[state, view, check]: [fc.Arbitrary<SessionState>, fc.Arbitrary<View>, (state: SessionState, view: View) => void]
): void {
  fc.assert(fc.property(state, view, check), { numRuns: runs(3_000) })
}

test('nobody logs in while there is a grant that will do', () => {
  always(states, views, (state, view) => {
    const { grant } = state
    const willDo = grant !== null && grant.id !== view.replacing && !isExpired(grant, view.now)
    expect(decide(state, view).action === 'adopt').toBe(willDo)
  })
})

test('nobody logs in while another’s lease may be alive, a hold lasts or the budget is spent', () => {
  always(states, views, (state, view) => {
    const decision = decide(state, view)
    if (decision.action !== 'fly') return
    const { flight, hold } = state
    expect(flight === null || flight.owner === view.owner || view.flightSeenFor >= view.leaseTime).toBe(true)
    expect(hold === null || remainingHold(hold, view) === 0).toBe(true)
    if (flight?.owner !== view.owner)
      expect(recentLogins(state, view.now, view.budget.window).length).toBeLessThan(view.budget.limit)
  })
})

test('a take-off holds the lease and is charged to the budget, and touches nothing else', () => {
  always(states, views, (state, view) => {
    const decision = decide(state, view)
    if (decision.action !== 'fly' || decision.next === state) return
    const { flight, logins, ...rest } = decision.next
    const { flight: _flight, logins: _logins, ...before } = state
    expect(flight).toEqual({ owner: 'me', beat: 0 })
    expect(logins).toEqual([...recentLogins(state, view.now, view.budget.window), view.now])
    expect(rest).toEqual(before)
  })
})

test('there is always something that ends the wait: whoever must wait long enough may log in', () => {
  always(states, views, (state, view) => {
    const patient = { ...view, now: view.now + 10_000_000, flightSeenFor: 5_000, holdSeenFor: 10_000_000 }
    expect(['adopt', 'fly']).toContain(decide(state, patient).action)
  })
})

test('a wait for the budget is exactly as long as it must be', () => {
  always(states, views, (anyState, view) => {
    const state = { ...anyState, logins: anyState.logins.filter((start) => start <= view.now) }
    const decision = decide(state, view)
    if (decision.action !== 'save') return
    const later = (by: number): string =>
      decide({ ...state, grant: null, hold: null }, { ...view, now: view.now + by, flightSeenFor: 5_000 }).action
    expect(later(decision.remaining)).toBe('fly')
  })
})

test('the same state comes back when nothing changes, so that nothing is written', () => {
  always(states, views, (state, { now }) => {
    expect(reject(state, 'unknown', { worked: true, now })).toBe(state)
    expect(confirm(state, 'unknown')).toBe(state)
    expect(fail(state, 'stranger', { base: state.latest, reason: 'failing', now, random: 0 })).toBe(state)
    expect(land(state, 'stranger')).toBe(state)
    expect(renew(state, 'stranger')).toBeUndefined()
  })
})

test('a reject removes the grant it names and no other', () => {
  always(states, views, (state, { now }) => {
    const rejected = reject(state, 'a', { worked: false, now })
    expect(rejected.grant).toEqual(state.grant?.id === 'a' ? null : state.grant)
    expect(rejected.latest).toBe(state.latest)
    expect(rejected.flight).toBe(state.flight)
  })
})

test('a commit counts if nothing was settled since take-off, or the store lost everything, and then only', () => {
  fc.assert(
    fc.property(states, fc.option(ids), (state, base) => {
      const next = commit(state, { owner: 'me', base, fresh: { token: 't' }, id: 'new', now: 5 })
      expect(next !== undefined).toBe(state.latest === base || state.latest === null)
      if (next === undefined) return
      expect(next).toMatchObject({
        generation: state.generation + 1,
        latest: 'new',
        hold: null,
        grant: { id: 'new', worked: false },
      })
      expect(next.flight).toEqual(state.flight?.owner === 'me' ? null : state.flight)
      expect(commit(next, { owner: 'you', base, fresh: { token: 't' }, id: 'newer', now: 6 })).toBeUndefined()
    }),
    { numRuns: runs(3_000) },
  )
})

test('a grant is put back only where the store knows of fewer generations, and then no flight from before counts', () => {
  fc.assert(
    fc.property(states, grants, (state, grant) => {
      const restored = restore(state, grant)
      expect(restored === state).toBe(state.generation >= grant.generation)
      if (restored === state) return
      expect(restored).toMatchObject({ generation: grant.generation, grant, latest: grant.id, flight: state.flight })
      expect(restore(restored, grant)).toBe(restored)
      const late = commit(restored, { owner: 'me', base: state.latest, fresh: { token: 't' }, id: 'new', now: 5 })
      expect(late === undefined).toBe(state.latest !== grant.id)
    }),
    { numRuns: runs(3_000) },
  )
})

test('no commit from before a logout counts after it', () => {
  always(states, views, (state) => {
    const after = logout(state, 'marker')
    expect(after.grant).toBeNull()
    expect(after.previous).toBeNull()
    const kept = logout(state, 'marker', { revocable: false })
    expect(kept).toEqual({ ...after, previous: state.grant ?? state.previous })
    expect(commit(after, { owner: 'me', base: state.latest, fresh: { token: 't' }, id: 'new', now: 5 })).toBeUndefined()
  })
})

test('a lease is renewed and let go of by its owner only', () => {
  always(states, views, (state, { now }) => {
    const renewed = renew(state, 'me')
    expect(renewed?.flight).toEqual(
      state.flight?.owner === 'me' ? { owner: 'me', beat: state.flight.beat + 1 } : undefined,
    )
    const failed = fail(state, 'me', { base: state.latest, reason: 'refused', now, random: 0.5 })
    expect(failed.flight).toEqual(state.flight?.owner === 'me' ? null : state.flight)
  })
})

test('a login that fails after another grant was committed holds nobody back', () => {
  fc.assert(
    fc.property(states, fc.option(ids), (state, base) => {
      const failed = fail(state, 'me', { base, reason: 'refused', now: 5, random: 0.5 })
      expect(failed.flight).toEqual(state.flight?.owner === 'me' ? null : state.flight)
      const isOvertaken = state.latest !== base && state.latest !== null
      expect(failed.hold !== state.hold).toBe(state.flight?.owner === 'me' && !isOvertaken)
    }),
    { numRuns: runs(3_000) },
  )
})

test('a hold is never longer than it was set for, whatever the clocks say', () => {
  always(states, views, ({ hold }, view) => {
    if (hold !== null) expect(remainingHold(hold, view)).toBeLessThanOrEqual(hold.until - hold.from)
  })
})

test('the refresh window is at most a fifth of the life', () => {
  fc.assert(
    fc.property(grants, fc.integer({ min: 0, max: 1_000_000 }), (grant, refreshAhead) => {
      if (grant.expiresAt === undefined) expect(refreshAt(grant, refreshAhead)).toBe(Infinity)
      else
        expect(grant.expiresAt - refreshAt(grant, refreshAhead)).toBeLessThanOrEqual(
          Math.max(0, grant.expiresAt - grant.issuedAt) / 5 + 1e-6,
        )
    }),
    { numRuns: runs(3_000) },
  )
})

test('the empty state lets the first who asks log in', () => {
  const view = {
    now: 0,
    flightSeenFor: 0,
    holdSeenFor: 0,
    leaseTime: 5_000,
    budget: { limit: 1, window: 1 },
    owner: 'me',
  }
  expect(decide(emptyState, view).action).toBe('fly')
})
