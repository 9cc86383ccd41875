import { LoginRefusedError } from '@latchkey/core'
import { ServiceTradeError } from '@latchkey/servicetrade'
import { expect, test } from 'vitest'
import { isSettled, openInbox } from '../support/inbox.ts'
import { collectWarnings } from '../support/warnings.ts'

test('work that fails is tried again after a pause, and done once it succeeds', async () => {
  const errors: unknown[] = []
  const { deliver, works, clock, inbox } = openInbox({ onError: (error) => errors.push(error) })
  await deliver('a')
  await works.fail('a')
  expect([inbox.waiting, inbox.working, await deliver('a')]).toEqual([1, 0, [200]])
  await clock.advance(749)
  expect(works.started).toEqual(['a'])
  await clock.advance(1)
  expect(works.started).toEqual(['a', 'a/2'])
  await works.finish('a')
  expect([inbox.waiting, inbox.working, await deliver('a'), errors]).toEqual([0, 0, [200], []])
})

test('work that throws at once is tried again like any other', async () => {
  const attempts: number[] = []
  const { deliver, clock } = openInbox({
    attempts: 2,
    onError: () => {},
    handle: (_message, { attempt }) => {
      attempts.push(attempt)
      throw new Error('no')
    },
  })
  await deliver('a')
  await clock.advance(60_000)
  expect(attempts).toEqual([1, 2])
})

test.each([
  [0, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 150_000, 150_000]],
  [0.5, [750, 1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 96_000, 192_000, 225_000, 225_000]],
  [0.9, [950, 1_900, 3_800, 7_600, 15_200, 30_400, 60_800, 121_600, 243_200, 285_000, 285_000]],
])('the pauses are half to all, here by %d, of what doubles from 1 s to 5 min', async (random, pauses) => {
  const { deliver, works, clock } = openInbox({ attempts: pauses.length + 1 })
  clock.random = () => random
  await deliver('a')
  for (const [index, pause] of pauses.entries()) {
    await works.fail('a')
    await clock.advance(pause - 1)
    expect(works.started).toHaveLength(index + 1)
    await clock.advance(1)
    expect(works.started).toHaveLength(index + 2)
  }
})

/** Plays an outage: what the work has to say until it is over. Returns what became of the message. */
async function outlast(minutes: number, random: number, error: () => Error) {
  const end = minutes * 60_000
  let [now, isDone] = [0, false]
  const errors: unknown[] = []
  const { deliver, clock } = openInbox({
    onError: (given) => errors.push(given),
    handle: () => {
      if (now < end) throw error()
      isDone = true
    },
  })
  clock.random = () => random
  await deliver('a')
  for (; now <= 130 * 60_000; now += 5_000) await clock.advance(5_000)
  return { isDone, errors: errors.length }
}

test.each([0, 0.999])('by default an outage of ten minutes loses nothing, whatever the dice (%d)', async (random) => {
  expect(await outlast(10, random, () => new Error('503'))).toEqual({ isDone: true, errors: 0 })
})

test('by default a hold of an hour loses nothing', async () => {
  const hold = () => new LoginRefusedError('held', { retryAfter: 3_600_000 })
  expect(await outlast(60, 0, hold)).toEqual({ isDone: true, errors: 0 })
})

test('by default an outage of an hour that names no time is given up on', async () => {
  expect(await outlast(60, 0.999, () => new Error('503'))).toEqual({ isDone: false, errors: 1 })
})

test.each<[string, unknown, number]>([
  ['of a login', new LoginRefusedError('held', { retryAfter: 60_000 }), 60_750],
  ['of an answer', new ServiceTradeError({ status: 429, method: 'GET', path: '/job/1', retryAfter: 60_000 }), 60_750],
  ['of any other error', { retryAfter: 60_000 }, 60_750],
  ['that is none', { retryAfter: 'soon' }, 750],
  ['that is no time', { retryAfter: Number.NaN }, 750],
  ['that is past', { retryAfter: -60_000 }, 750],
  ['past what a timer can do', { retryAfter: Infinity }, 2_147_483_647],
])('the pause comes on top of the retryAfter %s', async (_what, error, pause) => {
  const { deliver, works, clock } = openInbox()
  await deliver('a')
  await works.fail('a', error)
  await clock.advance(pause - 1)
  expect(works.started).toEqual(['a'])
  await clock.advance(1)
  expect(works.started).toEqual(['a', 'a/2'])
})

test('a pause takes nobody else’s place', async () => {
  const { deliver, works, clock } = openInbox({ concurrency: 1 })
  await deliver('a', 'b')
  await works.fail('a')
  expect(works.started).toEqual(['a', 'b'])
  await clock.advance(1_000)
  expect(works.started).toEqual(['a', 'b'])
  await works.finish('b')
  expect(works.started).toEqual(['a', 'b', 'a/2'])
})

test('after the last attempt the message is told about and forgotten: another delivery is worked on', async () => {
  const errors: unknown[] = []
  const { deliver, works, clock, inbox } = openInbox({ attempts: 2, onError: (...all) => errors.push(all) })
  await deliver('a')
  await works.fail('a', 'first')
  await clock.advance(1_000)
  await works.fail('a', 'second')
  expect(errors).toEqual([['second', expect.objectContaining({ messageId: 'a' }), { phase: 'handle' }]])
  expect([inbox.waiting, inbox.working]).toEqual([0, 0])
  expect(await deliver('a')).toEqual([202])
  expect(works.started).toEqual(['a', 'a/2', 'a'])
})

test('whoever saves a message that failed is waited for', async () => {
  const saved = Promise.withResolvers<void>()
  const { deliver, works, inbox } = openInbox({ attempts: 1, onError: () => saved.promise })
  await deliver('a')
  await works.fail('a')
  const drained = inbox.drain()
  expect([await isSettled(drained), inbox.working]).toEqual([false, 1])
  saved.resolve()
  await drained
  expect(inbox.working).toBe(0)
})

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('canary')
    },
  ],
  ['rejects', () => Promise.reject(new Error('canary'))],
])('an onError that %s harms nothing, and there is a warning without the error', async (_what, onError) => {
  const warnings = collectWarnings()
  const { deliver, works, inbox } = openInbox({ attempts: 1, onError })
  await deliver('a', 'b')
  await works.fail('a')
  await works.finish('b')
  await inbox.drain()
  expect(await deliver('a', 'b')).toEqual([202, 200])
  expect(await warnings.stop()).toEqual(['A webhook message failed in handle, and so did onError'])
})

test('an onError that hangs holds its place for 10 s at most, and there is a warning', async () => {
  const warnings = collectWarnings()
  const hung = new Promise(() => {})
  const { deliver, works, clock, inbox } = openInbox({ attempts: 1, concurrency: 1, onError: () => hung })
  await deliver('a', 'b')
  await works.fail('a')
  await clock.advance(9_999)
  expect(works.started).toEqual(['a'])
  await clock.advance(1)
  expect(works.started).toEqual(['a', 'b'])
  await works.finish('b')
  await inbox.drain()
  expect(clock.pending).toBe(0)
  expect(await warnings.stop()).toEqual(['A webhook message failed in handle, and onError took longer than 10000 ms'])
})

test('without onError there is a warning that shows neither the error nor the message', async () => {
  const warnings = collectWarnings()
  const { deliver, works } = openInbox({ attempts: 1 })
  await deliver('canary')
  await works.fail('canary', new Error('canary'))
  expect(await warnings.stop()).toEqual(['A webhook message failed in handle, and there is no onError to tell'])
})
