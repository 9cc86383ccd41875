import { aimsTable, isKept } from './aims.ts'
import { chaptersOf } from './chapters.ts'
import { machineLines } from './machine-lines.ts'
import type { Report } from './report.ts'
import { isFigures, type Table } from './table.ts'

/** For a terminal. */
export function renderText(report: Report): string {
  const { tables, aims } = chaptersOf(report)
  const missed = aims.filter((aim) => !isKept(aim)).length
  const end = missed === 0 ? 'All aims are kept.' : `${missed} of ${aims.length} aims missed.`
  const parts = [...tables.map(textTable), ...(aims.length === 0 ? [] : [textTable(aimsTable(aims)), end])]
  return `${[...parts, machineLines(report).join('\n')].join('\n\n')}\n`
}

/** Cells wider than this are cut, but for names. */
const widest = 64

/** Names to the left, figures to the right. */
export function textTable(table: Table): string {
  const { title, columns, rows, note } = table
  const lines = [columns, ...rows].map((cells) =>
    cells.map((cell, column) => (column === 0 ? plain(cell) : cut(plain(cell)))),
  )
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  const body = lines.map((cells) => {
    const padded = widths.map((width, column) => {
      const cell = cells[column] ?? ''
      return column > 0 && isFigures(table, column) ? cell.padStart(width) : cell.padEnd(width)
    })
    return `  ${padded.join('  ').trimEnd()}`
  })
  return [title, ...(note === undefined ? [] : wrapped(plain(note))), ...body].join('\n')
}

function cut(cell: string): string {
  return cell.length > widest ? `${cell.slice(0, widest - 1)}…` : cell
}

function wrapped(text: string): string[] {
  return text.match(/\S.{0,99}(?=\s|$)/g) ?? []
}

/** Without Markdown's quotes, and links as their text. */
function plain(text: string): string {
  return text.replaceAll('`', '').replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
}
