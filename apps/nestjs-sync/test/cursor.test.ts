import { describe, expect, test } from 'vitest'
import { afterPage, cursorAfter, overlap, resumableRun, type Run, startRun } from '../src/sync/cursor.ts'

const start = 1_800_000_000_000
const run = (changes: Partial<Run> = {}): Run => ({ ...startRun(null, start), ...changes })
const items = (...times: number[]) => times.map((updated) => ({ updated }))

test('the first run reads everything, and each later one from a little before the cursor', () => {
  expect(startRun(null, start)).toEqual({ since: null, page: 1, newest: null, startedAt: start })
  expect(startRun(500, start)).toEqual({ since: 500 - overlap, page: 1, newest: null, startedAt: start })
})

test('a run remembers the page to read next and the latest time of all pages', () => {
  const one = afterPage(run(), items(100, 300, 200))
  expect(one).toMatchObject({ page: 2, newest: 300 })
  expect(afterPage(one, items(250))).toMatchObject({ page: 3, newest: 300 })
  expect(afterPage(one, [])).toMatchObject({ page: 3, newest: 300 })
  expect(afterPage(run(), [])).toMatchObject({ page: 2, newest: null })
})

describe('the cursor', () => {
  test('stays before the start of the run, for what changed on a page that was read before', () => {
    expect(cursorAfter(null, run({ newest: 1_000 }), start + 30_000)).toBe(970)
    expect(cursorAfter(null, run({ newest: 1_000 }), start + 1)).toBe(999)
  })

  test('never goes back', () => {
    expect(cursorAfter(990, run({ newest: 1_000 }), start + 30_000)).toBe(990)
    expect(cursorAfter(990, run({ newest: 980 }), start)).toBe(990)
  })

  test('stays where it is if nothing was read', () => {
    expect(cursorAfter(990, run(), start + 1_000)).toBe(990)
    expect(cursorAfter(null, run(), start + 1_000)).toBeNull()
  })

  test('does not run ahead when the clock is put back', () => {
    expect(cursorAfter(null, run({ newest: 1_000 }), start - 60_000)).toBe(1_000)
  })
})

test('an interrupted run goes on, unless it was long ago or the clock was put back', () => {
  const interrupted = run({ page: 3 })
  expect(resumableRun({ cursor: null, run: interrupted }, start + 60_000)).toBe(interrupted)
  expect(resumableRun({ cursor: null, run: interrupted }, start + 3_600_001)).toBeNull()
  expect(resumableRun({ cursor: null, run: interrupted }, start - 1)).toBeNull()
  expect(resumableRun({ cursor: 5, run: null }, start)).toBeNull()
})
