import { expect, test } from 'vitest'
import { isSettled, openInbox } from '../support/inbox.ts'
import { collectWarnings } from '../support/warnings.ts'

test('work that fails is tried again after a pause, and done once it succeeds', async () => {
  const errors: unknown[] = []
  const { deliver, works, clock, inbox } = openInbox({ onError: (error) => errors.push(error) })
  await deliver('a')
  await works.fail('a')
  expect([inbox.waiting, inbox.working, await deliver('a')]).toEqual([1, 0, [200]])
  await clock.advance(499)
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
  [0, [0, 0, 0, 0, 0, 0, 0]],
  [0.5, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]],
  [0.999, [999, 1_998, 3_996, 7_992, 15_984, 29_970, 29_970]],
])('the pauses are a random part, here %d, of what doubles from 1 s to 30 s', async (random, pauses) => {
  const { deliver, works, clock } = openInbox({ attempts: pauses.length + 1 })
  clock.random = () => random
  await deliver('a')
  for (const [index, pause] of pauses.entries()) {
    await works.fail('a')
    if (pause > 0) {
      await clock.advance(pause - 1)
      expect(works.started).toHaveLength(index + 1)
    }
    await clock.advance(1)
    expect(works.started).toHaveLength(index + 2)
  }
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

test('without onError there is a warning that shows neither the error nor the message', async () => {
  const warnings = collectWarnings()
  const { deliver, works } = openInbox({ attempts: 1 })
  await deliver('canary')
  await works.fail('canary', new Error('canary'))
  expect(await warnings.stop()).toEqual(['A webhook message failed in handle, and there is no onError to tell'])
})
