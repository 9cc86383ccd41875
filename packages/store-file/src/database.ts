import type { StatementSync } from 'node:sqlite'
import { connect } from './connection.ts'
import { checkOwner } from './owner.ts'
import { ensurePrivateFile, fileIdentity } from './place.ts'
import { isCorrupt, ReplacedError, RubbishError } from './problems.ts'
import { prepareSchema } from './schema.ts'

/** An open file that was ours and sound when it was opened. */
export interface Database {
  readonly identity: string
  readonly read: StatementSync
  readonly insert: StatementSync
  readonly update: StatementSync
  close(): void
}

/**
 * Opens an existing file.
 *
 * @throws {MissingError} if there is none
 * @throws {ForeignError} if it is another program's
 * @throws {RubbishError} if what it holds is of no use
 * @throws {ReplacedError} if the path led to another file meanwhile: to be tried again
 */
export function openDatabase(path: string): Database {
  checkOwner(path)
  const { sqlite, identity } = connect(path)
  try {
    prepareSchema(sqlite, () => {
      // Set aside meanwhile: its side files, which go by name, are those of the new file.
      if (fileIdentity(path) !== identity) throw new ReplacedError(path)
    })
    // A commit is in the log, and so survives the process, before the statement returns; only the loss of
    // power can undo the last ones. A log keeps readers and writers out of each other's way.
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    return {
      identity,
      read: sqlite.prepare('SELECT version, state FROM document WHERE key = ?'),
      insert: sqlite.prepare(
        'INSERT INTO document (key, version, state) VALUES (:key, :version, :state) ON CONFLICT DO NOTHING',
      ),
      update: sqlite.prepare(
        'UPDATE document SET version = :version, state = :state WHERE key = :key AND version = :expected',
      ),
      close: () => sqlite.close(),
    }
  } catch (error) {
    sqlite.close()
    // SQLite's own words may quote what the file holds.
    throw isCorrupt(error) ? new RubbishError('it is damaged, or no database at all') : error
  }
}

/** Makes a file, lays it out and closes it, without side files. */
export function makeDatabase(path: string): void {
  ensurePrivateFile(path)
  openDatabase(path).close()
}
