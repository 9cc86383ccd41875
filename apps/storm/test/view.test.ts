import { PassThrough } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../src/snapshot.ts'
import { createTally } from '../src/tally.ts'
import { openView } from '../src/view.ts'

const snapshot: Snapshot = {
  elapsed: 4_200,
  seconds: 15,
  rows: [1, 2, 3].map((number) => ({
    number,
    pid: 100 + number,
    state: number === 2 ? 'logging in' : 'serving',
    tally: { ...createTally(), served: 10 * number, slowest: 1_234 },
  })),
  total: { ...createTally(), served: 60, resetsMet: 12, slowest: 1_234 },
  resets: 4,
  kills: 1,
  faults: { struck: 0, planned: 0 },
  logins: 5,
  liveSessions: 1,
}

/** What a terminal of that size gets: once drawn at the start and once at the end. */
function draw(size: { columns: number; rows: number }): string {
  const stream = Object.assign(new PassThrough(), size)
  openView(stream as unknown as WriteStream, () => snapshot)()
  return String(stream.read())
}

// oxlint-disable-next-line no-control-regex
const visible = (text: string): string[] => text.replaceAll(/\u001B\[[\d?]*[a-zA-Z]|\r/g, '').split('\n')

describe('the view', () => {
  test('shows every process, all of them together, and the server', () => {
    const lines = visible(draw({ columns: 120, rows: 30 }))
    expect(lines[0]).toBe('Storm: 4.2 of 15 s, 4 resets, 1 kill, 5 logins, live sessions 1, 14 requests/s')
    expect(lines[4]).toMatch(/^ +2 +102 +20 +0 +0 +0 +1\.2 s {2}logging in$/)
    expect(lines[6]).toMatch(/^ +all +60 +0 +12 +5 +1\.2 s$/)
  })

  test('draws over what it drew before', () => {
    expect(draw({ columns: 120, rows: 30 })).toContain('\u001B[7A')
  })

  test('never writes a line that wraps', () => {
    const lines = visible(draw({ columns: 30, rows: 30 }))
    expect(Math.max(...lines.map((line) => line.length))).toBe(29)
  })

  test('leaves processes out where the terminal is too low for all', () => {
    const text = draw({ columns: 120, rows: 6 })
    expect(text).toContain('\u001B[5A')
    expect(visible(text).join('\n')).toMatch(/ 101 [^]+ all /)
    expect(visible(text).join('\n')).not.toMatch(/ 102 | 103 /)
  })

  test('hides the cursor and gives it back', () => {
    const text = draw({ columns: 120, rows: 30 })
    expect(text.startsWith('\u001B[?25l')).toBe(true)
    expect(text.endsWith('\u001B[?25h')).toBe(true)
  })
})
