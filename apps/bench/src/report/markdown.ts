import { aimsTable } from './aims.ts'
import { chaptersOf } from './chapters.ts'
import { machineLines } from './machine-lines.ts'
import type { Report } from './report.ts'
import { isFigures, type Table } from './table.ts'

/** Sections of a page, without a title of their own. */
export function renderMarkdown(report: Report): string {
  const { tables, aims } = chaptersOf(report)
  const machine = ['### Machine and versions', machineLines(report).join('\n')]
  return `${[...tables, ...(aims.length === 0 ? [] : [aimsTable(aims)])].map(markdownTable).concat(machine).join('\n\n')}\n`
}

/** As the formatter leaves it: cells as wide as their column. */
export function markdownTable(table: Table): string {
  const { title, note, columns, rows } = table
  const lines = [columns, ...rows].map((cells) => columns.map((_, column) => escaped(cells[column] ?? '')))
  const widths = columns.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]!.length)))
  const isRight = columns.map((_, column) => column > 0 && isFigures(table, column))
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) =>
      isRight[column] === true ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    )
    return `| ${padded.join(' | ')} |`
  }
  const rule = widths.map((width, column) =>
    isRight[column] === true ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  )
  const [head = [], ...body] = lines
  return [
    `### ${title}`,
    '',
    ...(note === undefined ? [] : [note, '']),
    line(head),
    line(rule),
    ...body.map(line),
  ].join('\n')
}

function escaped(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')
}
