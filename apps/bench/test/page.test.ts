import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderPicture } from '../src/report/picture.ts'
import { withFigures } from '../src/report/page.ts'
import type { Report } from '../src/report/report.ts'

const read = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const report = JSON.parse(read('benchmarks.json')) as Report

test('the page has the figures of the published report', () => {
  expect(withFigures(read('benchmarks.md'), report)).toBe(read('benchmarks.md'))
})

test('the picture is drawn of the published report', () => {
  expect(renderPicture(report)).toBe(read('benchmarks.svg'))
})

test('the published report names no path', () => {
  expect(JSON.stringify(report)).not.toMatch(/file:|(^|["\s])(\/\w+){2}|[A-Z]:\\/)
})
