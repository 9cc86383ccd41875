import type { Aim } from '../measures/measure.ts'
import { digits } from './numbers.ts'
import type { Table } from './table.ts'

export function isKept({ value, bound }: Aim): boolean {
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost
}

export function aimsTable(aims: readonly Aim[]): Table {
  return {
    title: 'Aims',
    columns: ['', 'aim', 'measured', ''],
    rows: aims.map((aim) => [aim.what, boundOf(aim), withUnit(aim.value, aim.unit), isKept(aim) ? 'kept' : 'missed']),
  }
}

function boundOf({ bound, unit }: Aim): string {
  return 'atLeast' in bound ? `at least ${withUnit(bound.atLeast, unit)}` : `at most ${withUnit(bound.atMost, unit)}`
}

function withUnit(value: number, unit: string | undefined): string {
  return `${Number.isInteger(value) ? digits(value, 0) : digits(value, 2)}${unit === undefined ? '' : ` ${unit}`}`
}
