import type { RetryAfterFormat } from './options.ts'

/** The `Retry-After` header for a wait in ms, rounded up so that nobody comes back too early. */
export function retryAfter(wait: number, format: RetryAfterFormat, now: number): Record<string, string> {
  const seconds = Math.max(1, Math.ceil(wait / 1000))
  switch (format) {
    case 'none':
      return {}
    case 'seconds':
      return { 'retry-after': String(seconds) }
    case 'date':
      // A date has no fractions of a second: cutting them off would let the client in too early.
      return { 'retry-after': new Date(Math.ceil((now + wait) / 1000) * 1000).toUTCString() }
  }
}
