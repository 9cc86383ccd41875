import { expect, test } from 'vitest'
import { isSettled, message, openInbox, Works } from '../support/inbox.ts'
import { settle } from '../support/virtual-clock.ts'

/** An inbox whose messages are accepted when the test says so. */
function openAccepting(options: Parameters<typeof openInbox>[0] = {}) {
  const asked: {
    id: string
    signal: AbortSignal
    accept: (isNew?: boolean) => void
    fail: (error: unknown) => void
  }[] = []
  const errors: unknown[] = []
  const kit = openInbox({
    accept: ({ messageId: id }, { signal }) => {
      const { promise, resolve, reject } = Promise.withResolvers<boolean | void>()
      asked.push({ id, signal, accept: resolve, fail: reject })
      return promise
    },
    onError: (error, { messageId }, { phase }) => errors.push({ error, messageId, phase }),
    ...options,
  })
  return { ...kit, asked, errors }
}

test('a message is answered once it is accepted, and worked on after that', async () => {
  const { inbox, works, asked } = openAccepting()
  const answer = inbox.receive(message('a'))
  expect([await isSettled(answer), inbox.waiting, works.started]).toEqual([false, 1, []])
  asked[0]!.accept()
  expect(await answer).toBe(202)
  expect(works.started).toEqual([])
  await settle()
  expect(works.started).toEqual(['a'])
})

test.each([undefined, true])('an accept that resolves to %s takes the message in', async (isNew) => {
  const { inbox, works, asked } = openAccepting()
  const answer = inbox.receive(message('a'))
  asked[0]!.accept(isNew)
  expect(await answer).toBe(202)
  await settle()
  expect(works.started).toEqual(['a'])
})

test('a message that somebody else has is dropped as known, and asked about again', async () => {
  const { inbox, works, asked, errors } = openAccepting()
  for (const turn of [0, 1]) {
    const answer = inbox.receive(message('a'))
    asked[turn]!.accept(false)
    expect(await answer).toBe(200)
  }
  await settle()
  expect([works.started, inbox.waiting, errors]).toEqual([[], 0, []])
})

test('an accept that answers without waiting will do', async () => {
  const { deliver, works } = openInbox({ accept: ({ messageId }) => messageId !== 'b' })
  expect(await deliver('a', 'b')).toEqual([202, 200])
  expect(works.started).toEqual(['a'])
})

test.each<[string, boolean | undefined, number]>([
  ['accepted', undefined, 202],
  ['somebody else’s', false, 200],
])('a second delivery meanwhile shares the outcome of one that is %s', async (_what, isNew, status) => {
  const { inbox, works, asked } = openAccepting()
  const answers = [inbox.receive(message('a')), inbox.receive(message('a'))]
  expect(asked).toHaveLength(1)
  asked[0]!.accept(isNew)
  expect(await Promise.all(answers)).toEqual([status, status])
  await settle()
  expect(works.started).toEqual(isNew === false ? [] : ['a'])
})

test('a message that cannot be accepted is asked for again, and told about once', async () => {
  const { inbox, works, asked, errors } = openAccepting()
  const answers = [inbox.receive(message('a')), inbox.receive(message('a'))]
  asked[0]!.fail('database is down')
  expect(await Promise.all(answers)).toEqual([503, 503])
  expect(errors).toEqual([{ error: 'database is down', messageId: 'a', phase: 'accept' }])
  const again = inbox.receive(message('a'))
  asked[1]!.accept()
  expect(await again).toBe(202)
  await settle()
  expect(works.started).toEqual(['a'])
})

test('an accept that throws at once is one that fails', async () => {
  const { deliver, works } = openInbox({
    onError: () => {},
    accept: () => {
      throw new Error('no')
    },
  })
  expect(await deliver('a')).toEqual([503])
  expect(works.started).toEqual([])
})

test('an accept that takes too long is told to stop and answered 503, far within 5 s', async () => {
  const { inbox, clock, asked, errors } = openAccepting()
  const answer = inbox.receive(message('a'))
  await clock.advance(2_999)
  expect([await isSettled(answer), asked[0]!.signal.aborted]).toEqual([false, false])
  await clock.advance(1)
  expect([await answer, asked[0]!.signal.aborted]).toEqual([503, true])
  const error = expect.objectContaining({ name: 'TimeoutError', message: 'accept took longer than 3000 ms' })
  expect(errors).toEqual([{ error, messageId: 'a', phase: 'accept' }])
  asked[0]!.fail(asked[0]!.signal.reason)
  await settle()
  expect([errors.length, inbox.waiting, clock.pending]).toEqual([1, 0, 0])
})

test('a message that is accepted too late is worked on all the same, once', async () => {
  const { inbox, clock, works, asked } = openAccepting()
  const answer = inbox.receive(message('a'))
  await clock.advance(3_000)
  // It is being made safe, so a second attempt at that would find it there already.
  expect([await answer, await inbox.receive(message('a')), asked.length]).toEqual([503, 503, 1])
  asked[0]!.accept()
  await settle()
  expect(works.started).toEqual(['a'])
  expect(await inbox.receive(message('a'))).toBe(200)
  await works.finish('a')
  expect([await inbox.receive(message('a')), works.started]).toEqual([200, ['a']])
})

test('a message that is somebody else’s too late is forgotten', async () => {
  const { inbox, clock, works, asked } = openAccepting()
  const answer = inbox.receive(message('a'))
  await clock.advance(3_000)
  asked[0]!.accept(false)
  await settle()
  expect([await answer, works.started, inbox.waiting]).toEqual([503, [], 0])
})

test('messages that are being accepted count against the limit', async () => {
  const { inbox, asked } = openAccepting({ limit: 2 })
  const answers = ['a', 'b', 'c'].map((id) => inbox.receive(message(id)))
  expect(await answers[2]).toBe(503)
  for (const { accept } of asked) accept()
  expect(await Promise.all(answers)).toEqual([202, 202, 503])
})

test('inboxes that accept into one place share the messages between them', async () => {
  const place = new Set<string>()
  const accept = async ({ messageId }: { messageId: string }) => {
    await settle()
    if (place.has(messageId)) return false
    place.add(messageId)
    return true
  }
  const works = new Works()
  const fleet = Array.from({ length: 3 }, () => openInbox({ accept, handle: works.handle }))
  const answers = fleet.flatMap(({ inbox }) => ['a', 'b'].map((id) => inbox.receive(message(id))))
  expect((await Promise.all(answers)).toSorted()).toEqual([200, 200, 200, 200, 202, 202])
  await settle()
  expect(works.started.toSorted()).toEqual(['a', 'b'])
})
