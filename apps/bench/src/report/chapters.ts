import { measures } from '../measures/all.ts'
import type { Aim } from '../measures/measure.ts'
import type { Report } from './report.ts'
import type { Table } from './table.ts'

/** All that people read, of the measures that ran. */
export interface Chapters {
  readonly tables: readonly Table[]
  readonly aims: readonly Aim[]
}

export function chaptersOf(report: Report): Chapters {
  const ran = measures.filter(({ name }) => Object.hasOwn(report.measures, name))
  return {
    tables: ran.flatMap((measure) => measure.tables(report.measures[measure.name])),
    aims: ran.flatMap((measure) => measure.aims(report.measures[measure.name])),
  }
}
