import { afterAll, beforeAll, expect, test } from 'vitest'
import { importsMeasure, measureImports } from '../../src/measures/imports/measure.ts'
import { nothing, servicetrade, subjects, undici } from '../../src/measures/imports/subjects.ts'
import { perform } from '../../src/measures/imports/task.ts'
import { Server } from '../../src/server/server.ts'

/** Processes take long to start on a machine where other tests run, ms. */
const timeout = 120_000

let server: Server

beforeAll(async () => {
  server = await Server.start()
})

afterAll(() => server.stop())

test(
  'an import is compared with that of undici in the same round, and so is its first answer',
  { timeout },
  async () => {
    const chosen = [nothing, undici, servicetrade]
    const found = await measureImports({ origin: server.origin, rounds: 1, say: () => {}, subjects: chosen })
    expect(found.subjects.map(({ name }) => name)).toEqual(['nothing', 'undici', '@latchkey/servicetrade'])
    const [base, own, ours] = found.subjects
    expect(base!.answer).toBeUndefined()
    expect(own).toMatchObject({ ratio: { median: 1, count: 1 }, answer: { ratio: { median: 1, count: 1 } } })
    expect(ours!.answer!.time.median).toBeGreaterThan(ours!.time.median)
    expect(ours!.ratio.median).toBeCloseTo(ours!.time.median / own!.time.median)
    expect(importsMeasure.aims(found)).toMatchObject([{ value: ours!.ratio.median, bound: { atMost: 1.15 } }])
    expect(importsMeasure.tables(found)[0]!.rows[0]!.slice(-2)).toEqual(['', ''])
  },
)

test.each(subjects.filter((subject) => subject !== nothing))(
  '$name is served with one login',
  { timeout },
  async (subject) => {
    const before = await server.order({ type: 'count' })
    const { answer, time } = await perform({ ...subject, origin: server.origin })
    const { logins, requests, refused } = await server.order({ type: 'count' })
    expect(answer).toBeGreaterThan(time)
    expect(logins - before.logins).toBe(1)
    expect(requests - before.requests - (refused - before.refused)).toBe(1)
  },
)

test('what cannot be imported is an error', async () => {
  const task = { name: 'missing', specs: ['./is-not-there.ts'], origin: server.origin }
  await expect(perform(task)).rejects.toThrow('is-not-there')
})
