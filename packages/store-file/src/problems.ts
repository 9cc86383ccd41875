/** SQLite's result codes that the store acts on: https://www.sqlite.org/rescode.html */
const busy = 5
const locked = 6
const corrupt = 11
const notADatabase = 26
const shortRead = 522

/** What the file holds is of no use: damaged, of an older format, or no database at all. */
export class RubbishError extends Error {
  /** The file, if it looked sound when it was opened: opening it once more would not show what is wrong. */
  readonly identity: string | undefined

  constructor(message: string, identity?: string) {
    super(message)
    this.identity = identity
  }
}

/** A sound database of another program's. It is not ours to move. */
export class ForeignError extends Error {
  constructor() {
    super('it is the database of another program')
  }
}

/** There is no file. */
export class MissingError extends Error {
  constructor(path: string) {
    super(`there is no file ${path}`)
  }
}

/** The path leads to another file than it did a moment ago. */
export class ReplacedError extends Error {
  constructor(path: string) {
    super(`${path} was deleted or replaced meanwhile`)
  }
}

/** Another connection has the lock, or another process was just putting a file in place. */
export function isPassing(error: unknown): boolean {
  return error instanceof ReplacedError || [busy, locked].includes(primaryCode(error))
}

/** What the file holds is not a sound database. A short read is one that was cut off within its last page. */
export function isCorrupt(error: unknown): boolean {
  return [corrupt, notADatabase].includes(primaryCode(error)) || resultCode(error) === shortRead
}

export function hasErrno(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code
}

function resultCode(error: unknown): number {
  const { errcode } = (error ?? {}) as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode : 0
}

/** Leaves out the high bits, which say which variant of a result it is. */
function primaryCode(error: unknown): number {
  return resultCode(error) & 0xff
}
