import { ConfigurationError } from '@latchkey/core'
import { expect, test } from 'vitest'
import { isSettled, message, openInbox } from '../support/inbox.ts'
import { settle } from '../support/virtual-clock.ts'

const idsOf = (messages: readonly { messageId: string }[]) => messages.map(({ messageId }) => messageId)

test('an inbox is drained once nothing waits, is worked on or pauses', async () => {
  const { inbox, deliver, works, clock } = openInbox({ concurrency: 1 })
  await inbox.drain()
  await deliver('a', 'b')
  const drained = [inbox.drain(), inbox.drain()]
  await works.finish('a')
  expect(await isSettled(drained[0]!)).toBe(false)
  await works.fail('b')
  expect([inbox.working, await isSettled(drained[0]!)]).toEqual([0, false])
  await clock.advance(1_000)
  await works.finish('b')
  await Promise.all(drained)
  expect(clock.pending).toBe(0)
})

test('a closed inbox takes nothing more, not even what it knows', async () => {
  const { inbox, deliver, works } = openInbox()
  await deliver('a')
  await works.finish('a')
  expect(await inbox.close()).toEqual([])
  expect(await deliver('a', 'b')).toEqual([503, 503])
  expect(await inbox.receive('no message')).toBe(503)
})

test('closing waits for what there is to do, attempts and pauses included', async () => {
  const { inbox, deliver, works, clock } = openInbox({ concurrency: 1 })
  await deliver('a', 'b')
  const closed = inbox.close()
  expect(await deliver('c')).toEqual([503])
  await works.fail('a')
  await works.finish('b')
  await clock.advance(1_000)
  expect([works.started, await isSettled(closed)]).toEqual([['a', 'b', 'a/2'], false])
  await works.finish('a')
  expect(await closed).toEqual([])
  expect(clock.pending).toBe(0)
})

test('what is not finished in time is aborted, and handed to the program', async () => {
  const { inbox, deliver, works, clock } = openInbox({ concurrency: 2 })
  await deliver('pausing', 'done', 'working', 'failing', 'waiting')
  await works.fail('pausing')
  await works.finish('done')
  clock.random = () => 0.999
  const closed = inbox.close({ timeout: 400 })
  await clock.advance(399)
  expect(works.all.some(({ signal }) => signal.aborted)).toBe(false)
  await clock.advance(1)
  expect(idsOf(await closed).toSorted()).toEqual(['failing', 'pausing', 'waiting', 'working'])
  const aborted = works.all.filter(({ signal }) => signal.aborted).map(({ id }) => id)
  expect(aborted).toEqual(['working', 'failing'])
  expect([inbox.waiting, inbox.working, clock.pending]).toEqual([0, 0, 0])
})

test('closing waits for 10 s where it is not told', async () => {
  const { inbox, deliver, clock } = openInbox()
  await deliver('a')
  const closed = inbox.close()
  await clock.advance(9_999)
  expect(await isSettled(closed)).toBe(false)
  await clock.advance(1)
  expect(idsOf(await closed)).toEqual(['a'])
})

test('work that ends after it was given up on changes nothing', async () => {
  const errors: unknown[] = []
  const { inbox, deliver, works, clock } = openInbox({ attempts: 1, onError: (error) => errors.push(error) })
  await deliver('a', 'b')
  const closed = inbox.close({ timeout: 0 })
  await clock.advance(0)
  expect(idsOf(await closed)).toEqual(['a', 'b'])
  await works.fail('a')
  await works.finish('b')
  expect([errors, inbox.working, clock.pending]).toEqual([[], 0, 0])
})

test('a message whose failure is still being told is handed over as well', async () => {
  const { inbox, deliver, works, clock } = openInbox({ attempts: 1, onError: () => new Promise(() => {}) })
  await deliver('a')
  await works.fail('a')
  const closed = inbox.close({ timeout: 100 })
  await clock.advance(100)
  expect(idsOf(await closed)).toEqual(['a'])
  // Nothing keeps the process.
  await settle()
  expect(clock.pending).toBe(0)
})

test('a message that is being accepted is worked on if that comes about in time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { inbox, works } = openInbox({ accept: () => promise })
  const answer = inbox.receive(message('a'))
  const closed = inbox.close()
  resolve()
  expect(await answer).toBe(202)
  await settle()
  await works.finish('a')
  expect(await closed).toEqual([])
})

test('a message of which nobody knows whether it was accepted is answered 503 and handed over', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let given: AbortSignal | undefined
  const { inbox, works, clock } = openInbox({
    accept: (_message, { signal }) => {
      given = signal
      return promise
    },
  })
  const answer = inbox.receive(message('a'))
  const closed = inbox.close({ timeout: 100 })
  await clock.advance(100)
  expect([await answer, idsOf(await closed), given?.aborted]).toEqual([503, ['a'], true])
  resolve()
  await settle()
  expect([works.started, inbox.waiting, clock.pending]).toEqual([[], 0, 0])
})

test('closing twice is closing once', async () => {
  const { inbox, deliver, clock } = openInbox()
  await deliver('a')
  const closed = [inbox.close({ timeout: 100 }), inbox.close()]
  await clock.advance(100)
  expect((await Promise.all(closed)).map(idsOf)).toEqual([['a'], ['a']])
  await inbox.drain()
})

test.each([
  [{ timeout: -1 }, 'timeout'],
  [{ time: 1 }, 'close option time'],
  [null, 'close options'],
])('the options %j of close are a ConfigurationError, and close nothing', async (options, option) => {
  const { inbox, deliver } = openInbox()
  const closed = inbox.close(options as never)
  await expect(closed).rejects.toThrow(ConfigurationError)
  await expect(closed).rejects.toMatchObject({ option })
  expect(await deliver('a')).toEqual([202])
})
