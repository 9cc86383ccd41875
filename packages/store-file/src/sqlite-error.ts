/** SQLite's result codes that the store acts on: https://www.sqlite.org/rescode.html */
const busy = 5
const locked = 6
const corrupt = 11
const notADatabase = 26
const shortRead = 522

function resultCode(error: unknown): number {
  const { errcode } = (error ?? {}) as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode : 0
}

/** Leaves out the high bits, which say which variant of a result it is. */
function primaryCode(error: unknown): number {
  return resultCode(error) & 0xff
}

/** Another connection has the lock. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error)
  return code === busy || code === locked
}

/** What the file holds is not a sound database. A short read is one that was cut off within its last page. */
export function isCorrupt(error: unknown): boolean {
  return primaryCode(error) === corrupt || primaryCode(error) === notADatabase || resultCode(error) === shortRead
}

export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}
