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
