import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { ForeignError, RubbishError } from './problems.ts'
import { ownerIn, type Owner } from './schema.ts'

/**
 * Asks whose database a file is. Changes nothing of it: no byte, no permission, no lock. What cannot be told
 * so, such as damage, shows when the file is opened.
 *
 * @throws {ForeignError} if it is another program's
 * @throws {RubbishError} if it is ours, and its log another database's
 */
export function checkOwner(path: string): void {
  // Without its log, which may be left from another file of the same name.
  const owner = look(path, 'immutable', '1')
  if (owner === 'another program') throw new ForeignError()
  if (owner === undefined || !existsSync(`${path}-wal`)) return
  if (look(path, 'mode', 'ro') !== 'another program') return
  throw owner === 'us' ? new RubbishError('its log is of another database') : new ForeignError()
}

/**
 * By way of SQLite, not `fs`: closing a descriptor of our own would drop the locks that this process's other
 * connections, of its own program perhaps, hold on the file. Read only, so closing writes no log into the file.
 */
function look(path: string, parameter: string, value: string): Owner | undefined {
  const url = pathToFileURL(path)
  url.searchParams.set(parameter, value)
  let sqlite: DatabaseSync | undefined
  try {
    sqlite = new DatabaseSync(url, { readOnly: true })
    return ownerIn(sqlite)
  } catch {
    return undefined
  } finally {
    sqlite?.close()
  }
}
