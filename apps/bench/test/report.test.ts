import { describe, expect, test } from 'vitest'
import { aimsTable, isKept } from '../src/report/aims.ts'
import { renderJson, rounded } from '../src/report/json.ts'
import { markdownTable, renderMarkdown } from '../src/report/markdown.ts'
import { withFigures } from '../src/report/page.ts'
import { textTable, renderText } from '../src/report/text.ts'
import { exampleReport } from './support/example-report.ts'

const table = {
  title: 'Speeds',
  note: 'More is **better**: `get` is [ours](there.md).',
  columns: ['', 'per second', 'which'],
  rows: [
    ['`get`', '12,345', 'a | b'],
    ['`axios`', '1.5', `${'long, '.repeat(20)}end`],
  ],
}

describe('a table', () => {
  test('is aligned on a terminal, figures to the right, with nothing of Markdown', () => {
    expect(textTable(table)).toBe(
      [
        'Speeds',
        'More is **better**: get is ours.',
        '         per second  which',
        '  get        12,345  a | b',
        `  axios         1.5  ${'long, '.repeat(20).slice(0, 63)}…`,
      ].join('\n'),
    )
  })

  test('is Markdown on the page, whatever its cells hold', () => {
    const [title, , note, , head, rule, first] = markdownTable(table).split('\n')
    expect([title, note]).toEqual(['### Speeds', table.note])
    expect(head).toMatch(/^\| {9}\| per second \| which +\|$/)
    expect(rule).toMatch(/^\| -+ \| -+: \| -+ \|$/)
    expect(first).toMatch(/^\| `get` +\| +12,345 \| a \\\| b +\|$/)
  })
})

describe('an aim', () => {
  test('is kept at its bound, and missed beyond it', () => {
    expect(isKept({ what: '', value: 0.97, bound: { atLeast: 0.97 } })).toBe(true)
    expect(isKept({ what: '', value: 0.969, bound: { atLeast: 0.97 } })).toBe(false)
    expect(isKept({ what: '', value: 1.1, bound: { atMost: 1.1 } })).toBe(true)
    expect(isKept({ what: '', value: 1.101, bound: { atMost: 1.1 } })).toBe(false)
    expect(isKept({ what: '', value: Number.NaN, bound: { atMost: 1 } })).toBe(false)
  })

  test('is shown with what was measured', () => {
    expect(
      aimsTable([
        { what: 'size', value: 1_234, bound: { atMost: 2_048 }, unit: 'bytes' },
        { what: 'speed', value: 0.9, bound: { atLeast: 0.97 } },
      ]).rows,
    ).toEqual([
      ['size', 'at most 2,048 bytes', '1,234 bytes', 'kept'],
      ['speed', 'at least 0.97', '0.90', 'missed'],
    ])
  })
})

describe('a report', () => {
  test('tells what was measured, on what machine, and how many aims are missed', () => {
    const text = renderText(exampleReport)
    expect(text).toContain('ServiceTrade.get')
    expect(text).toMatch(/^1 of \d aims missed\.$/m)
    expect(text).toContain('A processor <of> "sorts" & more, 2 cores, 8 GiB, linux x64 6.1, Node 24.0.0.')
    expect(text).toContain('undici 8.0.0')
    expect(text).not.toMatch(/NaN|undefined/)
  })

  test('says so when all aims are kept, and nothing of aims when there are none', () => {
    expect(renderText({ ...exampleReport, measures: {} })).not.toContain('aims')
  })

  test('replaces the figures of the page and leaves all else', () => {
    const page = 'Before\n\n<!-- figures: made by `bench --publish` -->\nold\n<!-- end of figures -->\n\nAfter\n'
    const once = withFigures(page, exampleReport)
    expect(once).toContain(renderMarkdown(exampleReport))
    expect(once).not.toContain('old')
    expect(once).toMatch(/^Before\n[^]+\nAfter\n$/)
    expect(withFigures(once, exampleReport)).toBe(once)
  })

  test('is kept with six digits, and all is made of what is kept', () => {
    const measures = {
      a: { values: [1, 2.00000049], share: 1 / 3 },
      b: [],
      c: ['x', 'y'],
      d: [{ e: ['long'.repeat(40), ''] }],
    }
    const kept = rounded({ ...exampleReport, measures })
    expect(kept.measures).toEqual({ ...measures, a: { values: [1, 2], share: 0.333333 } })
    const json = renderJson(kept)
    expect(JSON.parse(json)).toEqual(kept)
    expect(json).toMatch(/^ {6}"values": \[1, 2\],$/m)
    expect(json).toMatch(/^ {4}"c": \["x", "y"\],$/m)
    expect(json).toMatch(/^ +"e": \[\n +"(long)+",\n +""\n +\]$/m)
  })

  test('needs a page with a place for its figures', () => {
    expect(() => withFigures('A page', exampleReport)).toThrow('The page has no place for figures')
  })
})
