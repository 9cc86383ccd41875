import { unlinkSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { connect } from './database.ts'
import { whenFree } from './patience.ts'
import { ensurePrivateFile, fileIdentity } from './place.ts'

/**
 * Calls `work` while no other process is in it for the same `path`. The guard is an empty database, locked:
 * the system frees the lock when its holder dies, as no lock file of our own could.
 */
export async function withGuard(path: string, work: () => void): Promise<void> {
  for (;;) {
    if (await whenFree(() => tryGuarded(path, work))) return
  }
}

function tryGuarded(path: string, work: () => void): boolean {
  ensurePrivateFile(path)
  const identity = fileIdentity(path)
  const guard: DatabaseSync = connect(path)
  try {
    guard.exec('BEGIN EXCLUSIVE')
    // Whoever had the lock before deleted the file: a newcomer may have made, and locked, another.
    if (identity === undefined || fileIdentity(path) !== identity) return false
    work()
    unlinkSync(path)
    return true
  } finally {
    guard.close()
  }
}
