import { digits, whole } from '../../report/numbers.ts'

/** What was seen in all: `1`, or `1 to 8`. */
export function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? whole(least) : `${whole(least)} to ${whole(most)}`
}

/** 1 KB is 1,000 bytes. */
export function bytes(value: number): string {
  if (Math.abs(value) < 10_000) return `${whole(value)} B`
  return value < 1_000_000 ? `${whole(value / 1_000)} KB` : `${digits(value / 1_000_000, 1)} MB`
}

export function milliseconds(value: number): string {
  return `${digits(value, value < 100 ? 1 : 0)} ms`
}
