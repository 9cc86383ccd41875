import { unlinkSync } from 'node:fs'
import { connect } from './connection.ts'
import { whenFree } from './patience.ts'
import { fileIdentity } from './place.ts'
import { ReplacedError } from './problems.ts'

/**
 * Calls `work` while no other process is in it for the same `path`. The guard is an empty database, locked:
 * the system frees the lock when its holder dies, as no lock file of our own could.
 */
export function withGuard(path: string, work: () => void): Promise<void> {
  return whenFree(() => {
    const guard = connect(path)
    try {
      guard.sqlite.exec('BEGIN EXCLUSIVE')
      // Whoever had the lock before deleted the file: a newcomer may have made, and locked, another.
      if (fileIdentity(path) !== guard.identity) throw new ReplacedError(path)
      work()
      unlinkSync(path)
    } finally {
      guard.sqlite.close()
    }
  })
}
