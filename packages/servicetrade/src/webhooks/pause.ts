import { longestTimer } from '@latchkey/core'
import type { InboxSettings } from './inbox-options.ts'

/**
 * How long to leave a message alone after an attempt failed, ms. At least half of the doubling pause, so that a number
 * of attempts is a time that an outage may last; on top of what the error asks for, so that not all come back at once.
 *
 * @param random from 0 to 1
 */
export function pauseAfter(
  { error, attempts, random }: { error: unknown; attempts: number; random: number },
  { firstPause, longestPause }: Pick<InboxSettings, 'firstPause' | 'longestPause'>,
): number {
  const longest = Math.min(longestPause, firstPause * 2 ** (attempts - 1))
  return Math.min(longestTimer, retryAfterOf(error) + (longest * (1 + random)) / 2)
}

/** As a `LoginError`, a `ServiceTradeError` and others have it. */
function retryAfterOf(error: unknown): number {
  const given = typeof error === 'object' && error !== null && 'retryAfter' in error ? error.retryAfter : undefined
  return typeof given === 'number' && given > 0 ? given : 0
}
