import fc from 'fast-check'
import { expect, test } from 'vitest'
import { message, openInbox } from '../support/inbox.ts'
import type { VirtualClock } from '../support/virtual-clock.ts'

const time = fc.nat(6_000)
const deliveries = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), at: time }), {
  maxLength: 25,
})
const sizes = { concurrency: fc.integer({ min: 1, max: 3 }), limit: fc.integer({ min: 1, max: 4 }) }
const verdict = fc.constantFrom<boolean | undefined | 'fails'>(undefined, true, false, 'fails')

interface Run {
  readonly deliveries: readonly { id: string; at: number }[]
  readonly concurrency: number
  readonly limit: number
  readonly attempts?: number
  /** How long each piece of work takes, and whether it fails, in turn. */
  readonly works: readonly { time: number; fails: boolean }[]
  readonly accepts?: readonly { time: number; verdict: boolean | undefined | 'fails' }[] | undefined
  readonly closeAt?: number
}

const inTurn = <T>(items: readonly T[]) => {
  let next = 0
  return (): T => items[(next += 1) % items.length]!
}

const after = (clock: VirtualClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve))

async function play({ deliveries: planned, works, accepts, closeAt, ...options }: Run) {
  const nextWork = inTurn(works)
  const nextAccept = inTurn(accepts ?? [])
  const started: string[] = []
  const finished: string[] = []
  const givenUp: string[] = []
  const answers: { id: string; status: number; time: number }[] = []
  let [working, most] = [0, 0]
  let now = 0
  const kit = openInbox({
    ...options,
    onError: (_error, { messageId }, { phase }) => void (phase === 'handle' && givenUp.push(messageId)),
    handle: async ({ messageId }) => {
      started.push(messageId)
      working += 1
      most = Math.max(most, working)
      const { time: takes, fails } = nextWork()
      await after(kit.clock, takes)
      working -= 1
      if (fails) throw new Error('failed')
      finished.push(messageId)
    },
    ...(accepts !== undefined && {
      accept: async () => {
        const { time: takes, verdict: outcome } = nextAccept()
        await after(kit.clock, takes)
        if (outcome === 'fails') throw new Error('not accepted')
        return outcome
      },
    }),
  })
  const { inbox, clock } = kit
  for (const { id, at } of planned) {
    clock.after(at, () => {
      const begin = now
      void inbox.receive(message(id)).then((status) => answers.push({ id, status, time: now - begin }))
    })
  }
  let unfinished: string[] | undefined
  if (closeAt !== undefined) {
    clock.after(closeAt, async () => {
      unfinished = (await inbox.close({ timeout: 1_000 })).map(({ messageId }) => messageId)
    })
  }
  let mostWaiting = 0
  for (; now < 200_000; now += 500) {
    await clock.advance(500)
    mostWaiting = Math.max(mostWaiting, inbox.waiting)
  }
  expect([inbox.waiting, inbox.working, clock.pending]).toEqual([0, 0, 0])
  expect(answers).toHaveLength(planned.length)
  expect(most).toBeLessThanOrEqual(options.concurrency)
  expect(mostWaiting).toBeLessThanOrEqual(options.limit + options.concurrency)
  for (const answer of answers) expect(answer.time).toBeLessThanOrEqual(3_500)
  const takenIn = new Set(answers.filter(({ status }) => status === 202).map(({ id }) => id))
  return { started, finished, givenUp, answers, takenIn, unfinished }
}

const steady = fc.array(fc.record({ time, fails: fc.constant(false) }), { minLength: 1, maxLength: 5 })
const shaky = fc.array(fc.record({ time, fails: fc.boolean() }), { minLength: 1, maxLength: 7 })

test('without failures every message that was taken in is worked on exactly once, however often it comes', async () => {
  const run = fc.record({ deliveries, works: steady, ...sizes })
  await fc.assert(
    fc.asyncProperty(run, async (plan) => {
      const { started, finished, takenIn, answers } = await play(plan)
      expect(started.toSorted()).toEqual(Array.from(takenIn).toSorted())
      expect(finished.toSorted()).toEqual(started.toSorted())
      for (const { id, status } of answers) if (status === 200) expect(takenIn).toContain(id)
    }),
    { numRuns: 40 },
  )
})

test('with failures every message that was taken in is done or told about', async () => {
  const attempts = fc.integer({ min: 1, max: 3 })
  await fc.assert(
    fc.asyncProperty(fc.record({ deliveries, works: shaky, attempts, ...sizes }), async (plan) => {
      const { finished, givenUp, takenIn } = await play(plan)
      expect(new Set([...finished, ...givenUp])).toEqual(takenIn)
      expect(new Set(finished).size).toBe(finished.length)
    }),
    { numRuns: 40 },
  )
})

test('every message that was accepted, in time or late, is worked on', async () => {
  const accepts = fc.array(fc.record({ time, verdict }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(fc.record({ deliveries, works: steady, accepts, ...sizes }), async (plan) => {
      const { started, finished, takenIn } = await play(plan)
      expect(finished).toEqual(expect.arrayContaining(Array.from(takenIn)))
      expect(new Set(started).size).toBe(started.length)
    }),
    { numRuns: 40 },
  )
})

test('whenever it is closed, every message that was taken in is done, told about or handed over', async () => {
  const accepts = fc.option(fc.array(fc.record({ time, verdict }), { minLength: 1, maxLength: 5 }), { nil: undefined })
  const plans = fc.record({ deliveries, works: shaky, accepts, closeAt: time, ...sizes })
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { finished, givenUp, takenIn, unfinished } = await play(plan)
      expect(unfinished).toBeDefined()
      expect([...finished, ...givenUp, ...unfinished!]).toEqual(expect.arrayContaining(Array.from(takenIn)))
    }),
    { numRuns: 40 },
  )
})
