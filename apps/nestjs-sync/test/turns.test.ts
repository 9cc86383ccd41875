import { expect, test } from 'vitest'
import { Turns } from '../src/sync/turns.ts'

/** Work that is done when it is told to. */
function startableWork() {
  const runs: { readonly signal: AbortSignal; finish(): void }[] = []
  const work = (signal: AbortSignal): Promise<number> => {
    const number = runs.length + 1
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    runs.push({ signal, finish: () => resolve(number) })
    return promise
  }
  return { runs, work }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('who asks while it runs gets a later one, and all of them the same', async () => {
  const turns = new Turns<number>()
  const { runs, work } = startableWork()
  const first = turns.take('acme', 'sync', work)
  await turn()
  const others = [turns.take('acme', 'sync', work), turns.take('acme', 'sync', work)]
  await turn()
  expect(runs).toHaveLength(1)
  runs[0]!.finish()
  expect(await first).toBe(1)
  await turn()
  runs[1]!.finish()
  expect(await Promise.all(others)).toEqual([2, 2])
  expect(runs).toHaveLength(2)
})

test('one account does not wait for another, but for all of its own', async () => {
  const turns = new Turns<number>()
  const { runs, work } = startableWork()
  const all = [
    turns.take('acme', 'sync', work),
    turns.take('acme', 'comparison', work),
    turns.take('bolt', 'sync', work),
  ]
  await turn()
  expect(runs).toHaveLength(2)
  runs[0]!.finish()
  await turn()
  expect(runs).toHaveLength(3)
  for (const run of runs) run.finish()
  expect(await Promise.all(all)).toEqual([1, 3, 2])
  await turns.settled()
})

test('a run is stopped when all have gone away, and goes on while one has not', async () => {
  const turns = new Turns<number>()
  const { runs, work } = startableWork()
  const [one, two] = [new AbortController(), new AbortController()]
  const asked = [turns.take('acme', 'sync', work, one.signal), turns.take('acme', 'sync', work, two.signal)]
  await turn()
  one.abort(new Error('one'))
  await expect(asked[0]).rejects.toThrow('one')
  expect(runs[0]!.signal.aborted).toBe(false)
  two.abort(new Error('two'))
  await expect(asked[1]).rejects.toThrow('two')
  expect(runs[0]!.signal.aborted).toBe(true)
})

test('who asks after all have gone away that waited is not turned away with them', async () => {
  const turns = new Turns<number>()
  const { runs, work } = startableWork()
  const first = turns.take('acme', 'sync', work)
  await turn()
  const caller = new AbortController()
  const gone = turns.take('acme', 'sync', work, caller.signal)
  caller.abort(new Error('gone'))
  await expect(gone).rejects.toThrow('gone')
  const last = turns.take('acme', 'sync', work)
  runs[0]!.finish()
  await first
  await turn()
  runs[1]!.finish()
  expect(await last).toBe(2)
})

test('a failure is that of who asked, and the next one has its turn', async () => {
  const turns = new Turns<number>()
  const fails = turns.take('acme', 'sync', () => Promise.reject(new Error('no')))
  const next = turns.take('acme', 'comparison', () => Promise.resolve(1))
  await expect(fails).rejects.toThrow('no')
  expect(await next).toBe(1)
})
