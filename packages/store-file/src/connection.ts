import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { blockingWait } from './patience.ts'
import { fileIdentity, makePrivate } from './place.ts'
import { MissingError, ReplacedError } from './problems.ts'

export interface Connection {
  readonly sqlite: DatabaseSync
  /** Which file it has open: the path may lead to another by now. */
  readonly identity: string
}

/**
 * Opens an existing file with SQLite.
 *
 * @throws {MissingError} if there is none
 * @throws {ReplacedError} if the path led to another file meanwhile: to be tried again
 */
export function connect(path: string): Connection {
  const identity = fileIdentity(path)
  if (identity === undefined) throw new MissingError(path)
  let sqlite: DatabaseSync
  try {
    // First: side files take the permissions that it has when they are made.
    makePrivate(path)
    sqlite = new DatabaseSync(existing(path), { timeout: blockingWait })
  } catch (error) {
    throw fileIdentity(path) === identity ? error : new ReplacedError(path)
  }
  // Another file came in between: SQLite may have opened either.
  if (fileIdentity(path) === identity) return { sqlite, identity }
  sqlite.close()
  throw new ReplacedError(path)
}

/** Keeps SQLite from making the file itself, with the permissions that the umask leaves. */
function existing(path: string): URL {
  const url = pathToFileURL(path)
  url.searchParams.set('mode', 'rw')
  return url
}
