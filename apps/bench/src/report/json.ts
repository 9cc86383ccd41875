import type { Report } from './report.ts'

/** As many as anybody could tell apart. */
const precision = 6

/** With numbers as they are kept, so that all that is made of the report can be made of it again. */
export function rounded(report: Report): Report {
  return JSON.parse(
    JSON.stringify(report, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(precision)) : value,
    ),
  ) as Report
}

/** As the formatter leaves it: short lists go on one line. */
export function renderJson(report: Report): string {
  const lists = /^( *(?:"[^"]*": )?)\[\n([^[\]{}]+?)\n *\](,?)$/gm
  const json = JSON.stringify(report, undefined, 2)
  return `${json.replace(lists, (whole, before: string, items: string, comma: string) => {
    const line = `${before}[${items.trim().replace(/,\n */g, ', ')}]${comma}`
    return line.length > 120 ? whole : line
  })}\n`
}
