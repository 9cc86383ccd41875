import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { blockingWait } from './patience.ts'
import { ensurePrivateFile, fileIdentity } from './place.ts'
import { prepareSchema } from './schema.ts'

/** One open connection to a file that is known to be ours and sound. */
export interface Database {
  /** Which file it has open: the path may lead to another by now. */
  readonly identity: string
  readonly read: StatementSync
  readonly insert: StatementSync
  readonly update: StatementSync
  close(): void
}

/**
 * Opens the file, making it if there is none.
 *
 * @throws {RubbishError} if what it holds is not ours, or damaged
 */
export function openDatabase(path: string): Database {
  ensurePrivateFile(path)
  const identity = fileIdentity(path)
  const connection = connect(path)
  try {
    // Another file came in between: SQLite may have opened either.
    if (identity === undefined || fileIdentity(path) !== identity) throw new ReplacedError(path)
    prepareSchema(connection)
    // A commit is in the log, and so survives the process, before the statement returns; only the loss of
    // power can undo the last ones. A log has readers and writers out of each other's way.
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    return {
      identity,
      read: connection.prepare('SELECT version, state FROM document WHERE key = ?'),
      insert: connection.prepare(
        'INSERT INTO document (key, version, state) VALUES (:key, :version, :state) ON CONFLICT DO NOTHING',
      ),
      update: connection.prepare(
        'UPDATE document SET version = :version, state = :state WHERE key = :key AND version = :expected',
      ),
      close: () => connection.close(),
    }
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Opens an existing file: SQLite never makes it, for it would follow the umask. */
export function connect(path: string): DatabaseSync {
  const url = pathToFileURL(path)
  url.searchParams.set('mode', 'rw')
  return new DatabaseSync(url, { timeout: blockingWait })
}

/** The path led to another file than the one that was opened. */
export class ReplacedError extends Error {
  constructor(path: string) {
    super(`${path} was deleted or replaced while it was in use`)
  }
}
