import { renderMarkdown } from './markdown.ts'
import type { Report } from './report.ts'

const begin = '<!-- figures: made by `bench --publish` -->'
const end = '<!-- end of figures -->'

/** The page with the report's figures in the place of those between its two marks. */
export function withFigures(page: string, report: Report): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no place for figures: ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n\n${renderMarkdown(report)}\n${page.slice(to)}`
}
