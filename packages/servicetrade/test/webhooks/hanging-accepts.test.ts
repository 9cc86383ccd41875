import { expect, test } from 'vitest'
import { isSettled, message, openInbox } from '../support/inbox.ts'
import { settle } from '../support/virtual-clock.ts'

/** An inbox whose first `accept` hangs until the test ends it; each later one does as well. */
function openHanging(options: Parameters<typeof openInbox>[0] = {}) {
  const asked: { accept: (isNew?: boolean) => void; fail: (error: unknown) => void }[] = []
  const errors: unknown[] = []
  const kit = openInbox({
    accept: () => {
      const { promise, resolve, reject } = Promise.withResolvers<boolean | void>()
      asked.push({ accept: resolve, fail: reject })
      return promise
    },
    onError: (_error, { messageId }, { phase }) => errors.push([messageId, phase]),
    ...options,
  })
  return { ...kit, asked, errors }
}

test('an accept that hangs gives its place back after another time-out, and the message is asked about again', async () => {
  const { inbox, clock, works, asked, errors } = openHanging({ limit: 1 })
  const answer = inbox.receive(message('a'))
  await clock.advance(5_999)
  expect([await answer, inbox.waiting, await inbox.receive(message('b'))]).toEqual([503, 1, 503])
  await clock.advance(1)
  expect([inbox.waiting, clock.pending]).toEqual([0, 0])
  const again = inbox.receive(message('a'))
  expect(asked).toHaveLength(2)
  asked[1]!.accept()
  expect(await again).toBe(202)
  await settle()
  expect([works.started, errors]).toEqual([['a'], [['a', 'accept']]])
})

test('an inbox is drained though an accept hangs', async () => {
  const { inbox, clock } = openHanging()
  void inbox.receive(message('a'))
  const drained = inbox.drain()
  await clock.advance(5_999)
  expect(await isSettled(drained)).toBe(false)
  await clock.advance(1)
  await drained
})

test('a message that was let go of and accepted after all is worked on', async () => {
  const { inbox, clock, works, asked } = openHanging()
  void inbox.receive(message('a'))
  await clock.advance(6_000)
  asked[0]!.accept()
  await settle()
  expect(works.started).toEqual(['a'])
  expect(await inbox.receive(message('a'))).toBe(200)
})

test.each<[string, (one: { accept: (isNew?: boolean) => void; fail: (error: unknown) => void }) => void]>([
  ['somebody else’s', ({ accept }) => accept(false)],
  ['failed', ({ fail }) => fail(new Error('no'))],
])('a message that was let go of and is %s is forgotten, and told about once', async (_what, end) => {
  const { inbox, clock, works, asked, errors } = openHanging()
  void inbox.receive(message('a'))
  await clock.advance(6_000)
  end(asked[0]!)
  await settle()
  expect([works.started, inbox.waiting, errors]).toEqual([[], 0, [['a', 'accept']]])
})

test.each(['while it is worked on', 'after it was done'])(
  'two accepts of one message that both succeed make it one piece of work: the late one %s',
  async (when) => {
    const { inbox, clock, works, asked } = openHanging()
    void inbox.receive(message('a'))
    await clock.advance(6_000)
    const again = inbox.receive(message('a'))
    asked[1]!.accept()
    expect(await again).toBe(202)
    await settle()
    if (when === 'after it was done') await works.finish('a')
    asked[0]!.accept()
    await settle()
    expect(works.started).toEqual(['a'])
  },
)

test.each([undefined, false])(
  'a late success while the message is asked about again is worked on, once: the other says %s',
  async (isNew) => {
    const { inbox, clock, works, asked } = openHanging()
    void inbox.receive(message('a'))
    await clock.advance(6_000)
    const again = inbox.receive(message('a'))
    asked[0]!.accept()
    await settle()
    expect([works.started, await inbox.receive(message('a'))]).toEqual([['a'], 200])
    asked[1]!.accept(isNew)
    await again
    await settle()
    expect([works.started, inbox.waiting, inbox.working]).toEqual([['a'], 0, 1])
    await works.finish('a')
    await inbox.drain()
  },
)

test('what is accepted after the inbox was closed is not worked on', async () => {
  const { inbox, clock, works, asked } = openHanging()
  void inbox.receive(message('a'))
  await clock.advance(6_000)
  expect(await inbox.close()).toEqual([])
  asked[0]!.accept()
  await settle()
  expect([works.started, inbox.waiting]).toEqual([[], 0])
})
