import { randomBytes } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { makeDatabase, openDatabase } from './database.ts'
import { withGuard } from './guard.ts'
import { fileIdentity, makePrivate } from './place.ts'
import { MissingError, RubbishError } from './problems.ts'

/** Of a database: its side files, which go by its name, and itself. */
const suffixes = ['-journal', '-wal', '-shm', '']
const storeChannel = channel('latchkey:store')

/**
 * Puts a new file in place of none, or of a bad one, which is set aside: once for all processes that met the
 * same. The file is judged again under the guard, so whoever comes second finds the new one, and leaves it.
 *
 * The new file is laid out elsewhere. SQLite finds side files by name: a process that has just opened the
 * bad file would take the journal of a new one, written under its old name, for its own, and roll it back.
 */
export async function establish(path: string, problem: MissingError | RubbishError): Promise<void> {
  await withGuard(`${path}.guard`, () => {
    const found = stillThere(path, problem) ? problem : judge(path)
    if (found === undefined) return
    const fresh = `${path}.new`
    try {
      // Left by a process that was killed at this.
      removeAll(fresh)
      makeDatabase(fresh)
      if (found instanceof RubbishError) setAside(path, found.message)
      // Left by a file that was deleted: they would be replayed into the new one.
      else removeAll(path)
      renameSync(fresh, path)
    } finally {
      removeAll(fresh)
    }
  })
}

/** Whether it is damaged where opening it would not show it. */
function stillThere(path: string, problem: MissingError | RubbishError): boolean {
  return problem instanceof RubbishError && problem.identity !== undefined && problem.identity === fileIdentity(path)
}

function judge(path: string): MissingError | RubbishError | undefined {
  try {
    openDatabase(path).close()
    return undefined
  } catch (error) {
    if (error instanceof RubbishError || error instanceof MissingError) return error
    throw error
  }
}

function setAside(path: string, reason: string): void {
  const time = new Date().toISOString().replace(/[-:.]/g, '')
  const aside = `${path}.set-aside-${time}-${randomBytes(3).toString('hex')}`
  for (const suffix of suffixes) {
    if (!existsSync(path + suffix)) continue
    makePrivate(path + suffix)
    renameSync(path + suffix, aside + suffix)
  }
  storeChannel.publish({ subject: undefined, event: 'set-aside', path: aside, reason })
}

function removeAll(path: string): void {
  for (const suffix of suffixes) rmSync(path + suffix, { force: true })
}
