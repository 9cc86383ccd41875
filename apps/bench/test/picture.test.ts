import { describe, expect, test } from 'vitest'
import { renderPicture } from '../src/report/picture.ts'
import { exampleReport } from './support/example-report.ts'

const picture = renderPicture(exampleReport) ?? ''

describe('the picture', () => {
  test('is well-formed', () => {
    expect(openAtEnd(picture)).toEqual([])
    expect(picture.match(/&(?!(amp|lt|gt|quot|apos);)/g)).toBe(null)
  })

  test('escapes what it is told', () => {
    expect(picture).toContain('A processor &lt;of&gt; &quot;sorts&quot; &amp; more')
  })

  test('has figures everywhere, and bars that stay within it', () => {
    expect(picture).not.toMatch(/NaN|Infinity|undefined|null/)
    const bars = [...picture.matchAll(/<rect class="\w+" x="(\d+)" y="\d+" width="(\d+)"/g)]
    expect(bars).toHaveLength(8)
    for (const [, x, width] of bars) {
      expect(Number(width)).toBeGreaterThanOrEqual(2)
      expect(Number(x) + Number(width)).toBeLessThan(800)
    }
  })

  test('draws bars as long as the figures are', () => {
    const [bare, , get] = [...picture.matchAll(/<rect .* width="(\d+)"/g)].map(([, width]) => Number(width))
    expect(get! / bare!).toBeCloseTo(17_500 / 20_000, 2)
  })

  test('tells those who cannot see it the same', () => {
    expect(/<title[^>]*>(.+)<\/title>/.exec(picture)?.[1]).toBe('Requests per second and CPU time per request')
    expect(/<desc[^>]*>(.+)<\/desc>/.exec(picture)?.[1]).toContain('ServiceTrade.get: 17,500 per second, 57 µs each')
  })

  test('is legible on dark pages, and runs and loads nothing', () => {
    expect(picture).toContain('@media (prefers-color-scheme: dark)')
    expect(picture).not.toMatch(/<script|href|url\(|@import/)
  })

  test('is not drawn of nothing', () => {
    expect(renderPicture({ ...exampleReport, measures: {} })).toBeUndefined()
  })
})

/** Elements that nothing has closed, or the first one that is closed wrongly. */
function openAtEnd(xml: string): string[] {
  const open: string[] = []
  for (const [tag, slash, name = ''] of xml.matchAll(/<(\/?)(\w+)(?:\s[^<>]*)?>/g)) {
    if (slash === '/') {
      if (open.pop() !== name) return [tag]
    } else if (!tag.endsWith('/>')) open.push(name)
  }
  // What is left must be text.
  return /[<>]/.test(xml.replace(/<\/?\w+(?:\s[^<>]*)?>/g, '')) ? ['<'] : open
}
