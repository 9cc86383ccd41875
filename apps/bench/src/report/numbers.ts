import type { Spread } from '../statistics.ts'

/** As in `12,345`. */
export function whole(value: number): string {
  return digits(value, 0)
}

/** With so many digits after the point, as in `1,234.5`. */
export function digits(value: number, fraction: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: fraction, maximumFractionDigits: fraction })
}

/** The median with the quartiles, as in `0.98 (0.97 to 0.99)`. */
export function ratio({ median, low, high }: Spread): string {
  return `${digits(median, 2)} (${digits(low, 2)} to ${digits(high, 2)})`
}

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
