/** What was seen of one quantity over all rounds. */
export interface Spread {
  readonly median: number
  /** A quarter of the values are below `low`, a quarter above `high`. */
  readonly low: number
  readonly high: number
  /** How many values there were. */
  readonly count: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    count: sorted.length,
  }
}

/** Between two values where it falls between them. `NaN` of nothing. @param sorted from small to large */
export function quantile(sorted: ArrayLike<number>, fraction: number): number {
  const place = (sorted.length - 1) * fraction
  const below = Math.floor(place)
  const [from, to] = [sorted[below] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN]
  return from + (to - from) * (place - below)
}

/** The ratios of values that belong to the same round. */
export function ratiosOf(values: readonly number[], base: readonly number[]): number[] {
  return values.map((value, round) => value / base[round]!)
}
