/** A table for people: on the terminal and on the page. */
export interface Table {
  readonly title: string
  /** What the reader must know to read it. Markdown. */
  readonly note?: string | undefined
  readonly columns: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[]
}

/** Whether the column holds figures, which stand to the right. */
export function isFigures({ rows }: Table, column: number): boolean {
  return rows.every((cells) => /^(-?\d|$)/.test(cells[column] ?? ''))
}
