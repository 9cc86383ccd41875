import type { DatabaseSync } from 'node:sqlite'
import { ForeignError, RubbishError } from './problems.ts'

/** "LKey", in the header of each of our files: tells them from other SQLite databases. */
const applicationId = 0x4c4b6579

/** The layout of the file. Changes with every change that older code cannot work with. */
const formatVersion = 1

// Keys and states are UTF-16 bytes, so that any JavaScript string comes back exactly as it was, lone
// surrogates and NUL included, and no two keys meet.
const createTable = `CREATE TABLE document (
  key BLOB PRIMARY KEY,
  version TEXT NOT NULL,
  state BLOB NOT NULL
) STRICT, WITHOUT ROWID`

export type Owner = 'us' | 'nobody' | 'another program'

/**
 * Lays out an empty file, and checks any other.
 *
 * @param confirm Called with the file locked, before it is written: throws if it must not be.
 * @throws {ForeignError} if it is not ours
 * @throws {RubbishError} if it is of no use; damage that SQLite itself meets comes as its own error
 */
export function prepareSchema(connection: DatabaseSync, confirm: () => void): void {
  // Two processes may be here with the same empty file: one lays it out, and the other finds it done.
  connection.exec('BEGIN IMMEDIATE')
  confirm()
  const owner = ownerIn(connection)
  if (owner === 'another program') throw new ForeignError()
  if (owner === 'nobody') layOut(connection)
  else check(connection)
  connection.exec('COMMIT')
}

/** Whose database it is: nobody's, if nothing was ever laid out in it. */
export function ownerIn(connection: DatabaseSync): Owner {
  const id = pragma(connection, 'application_id')
  if (id === applicationId) return 'us'
  const isEmpty =
    id === 0 &&
    pragma(connection, 'user_version') === 0 &&
    connection.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
  return isEmpty ? 'nobody' : 'another program'
}

function layOut(connection: DatabaseSync): void {
  connection.exec(`${createTable};
    PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${formatVersion}`)
}

function check(connection: DatabaseSync): void {
  const format = pragma(connection, 'user_version') as number
  // Sound data of a newer version: moving it away would make old and new processes take turns at that, at a
  // login each.
  if (format > formatVersion)
    throw new Error(`it has format ${format}, and this version knows ${formatVersion}: update it`)
  if (format !== formatVersion)
    throw new RubbishError(`it has format ${format}, and this version uses ${formatVersion}`)
  const table = connection.prepare("SELECT sql FROM sqlite_schema WHERE name = 'document'").get()
  if (table?.['sql'] !== createTable) throw new RubbishError('its table is not the one that this version uses')
  if (pragma(connection, 'quick_check(1)') !== 'ok') throw new RubbishError('it is damaged')
}

function pragma(connection: DatabaseSync, name: string): unknown {
  return Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}
