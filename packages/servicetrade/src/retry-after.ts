type Headers = Readonly<Record<string, string | string[] | undefined>>

/**
 * How long the server asks to wait, ms; `undefined` if it does not say, or not in a way that makes sense.
 * A date is taken relative to the server's own `Date`, so that two clocks that differ do no harm.
 */
export function retryAfterOf(headers: Headers): number | undefined {
  const value = first(headers['retry-after'])?.trim()
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1_000
  const until = Date.parse(value)
  if (Number.isNaN(until)) return undefined
  const sent = Date.parse(first(headers['date']) ?? '')
  return Math.max(0, until - (Number.isNaN(sent) ? Date.now() : sent))
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
