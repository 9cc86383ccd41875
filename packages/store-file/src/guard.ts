import { rmSync } from 'node:fs'
import { connect, type Connection } from './connection.ts'
import { whenFree } from './patience.ts'
import { ensurePrivateFile, fileIdentity } from './place.ts'
import { MissingError, ReplacedError } from './problems.ts'

/**
 * Calls `work` while no other process is in it for the same `path`. The guard is an empty database, locked:
 * the system frees the lock when its holder dies, as no lock file of our own could.
 */
export function withGuard(path: string, work: () => void): Promise<void> {
  return whenFree(() => {
    const { sqlite, identity } = connectGuard(path)
    try {
      // A journal file would go by the guard's name, and so could be met by a newer guard.
      sqlite.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
      // Whoever had the lock before deleted the file: a newcomer may have made, and locked, another.
      if (fileIdentity(path) !== identity) throw new ReplacedError(path)
      try {
        work()
      } finally {
        rmSync(path, { force: true })
      }
    } finally {
      sqlite.close()
    }
  })
}

function connectGuard(path: string): Connection {
  ensurePrivateFile(path)
  try {
    return connect(path)
  } catch (error) {
    // Its holder has just deleted it.
    throw error instanceof MissingError ? new ReplacedError(path) : error
  }
}
