/** SQLite's primary result codes that the store acts on: https://www.sqlite.org/rescode.html */
const busy = 5
const locked = 6
const corrupt = 11
const cannotOpen = 14
const notADatabase = 26

function resultCode(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { errcode?: unknown }
  // The high bits say which of its variants it is.
  return typeof errcode === 'number' ? errcode & 0xff : undefined
}

/** Another connection has the lock. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error)
  return code === busy || code === locked
}

/** What the file holds is not a sound database. */
export function isCorrupt(error: unknown): boolean {
  const code = resultCode(error)
  return code === corrupt || code === notADatabase
}

export function isCannotOpen(error: unknown): boolean {
  return resultCode(error) === cannotOpen
}

export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}
