/** How far one list was read. Kept in one transaction with the rows. */
export interface Progress {
  /** All that was updated before this is in the table, Unix seconds; `null`: nothing is known. */
  readonly cursor: number | null
  /** The reading that is under way, or was when the process died. */
  readonly run: Run | null
}

/** One reading of all that has changed since some time. */
export interface Run {
  /** Unix seconds; `null` for all there is. */
  readonly since: number | null
  /** The page to read next. */
  readonly page: number
  /** The latest `updated` so far, Unix seconds. */
  readonly newest: number | null
  /** When the first page was asked for, by the clock of this process, epoch ms. */
  readonly startedAt: number
}

/**
 * What is read again though it was read before, s. The filter has the resolution of a second, in which more can
 * happen after it was read, and a server stamps a change a little before others can see it.
 */
export const overlap = 5

/** Past this age, pages may have moved too far for a reading to go on where it stopped, ms. */
const longestPause = 60 * 60_000

export function startRun(cursor: number | null, now: number): Run {
  return { since: cursor === null ? null : cursor - overlap, page: 1, newest: null, startedAt: now }
}

/** The run that was interrupted, unless it was too long ago, or the clock has been put back since. */
export function resumableRun({ run }: Progress, now: number): Run | null {
  if (run === null) return null
  const age = now - run.startedAt
  return age >= 0 && age <= longestPause ? run : null
}

export function afterPage(run: Run, page: readonly { readonly updated: number }[]): Run {
  const times = page.map(({ updated }) => updated)
  const newest = [...times, run.newest ?? -Infinity].reduce((one, other) => Math.max(one, other), -Infinity)
  return { ...run, page: run.page + 1, newest: newest === -Infinity ? null : newest }
}

/**
 * The cursor after a run's last page. What changed while it ran may have been on a page that was read before, so the
 * cursor stays before its start. The server's clock is not known, but none of its stamps is later than the moment the
 * last page was made: take off the time that the run took, and what is left is no later than its start.
 */
export function cursorAfter(cursor: number | null, { newest, startedAt }: Run, now: number): number | null {
  if (newest === null) return cursor
  const elapsed = Math.ceil(Math.max(0, now - startedAt) / 1000)
  return Math.max(cursor ?? -Infinity, newest - elapsed)
}
