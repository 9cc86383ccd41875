import { randomBytes } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { existsSync, renameSync } from 'node:fs'
import { openDatabase } from './database.ts'
import { withGuard } from './guard.ts'
import { fileIdentity, makePrivate } from './place.ts'
import { RubbishError } from './problems.ts'

const sideFiles = ['-journal', '-wal', '-shm']
const storeChannel = channel('latchkey:store')

/**
 * Moves a bad file and its side files out of the way and lays out a new one, once for all processes that
 * met the bad one: the file is judged again under the guard, so that whoever comes second finds the new
 * file good and leaves it in place.
 */
export async function setAside(path: string, { identity: condemned }: RubbishError): Promise<void> {
  await withGuard(`${path}.guard`, () => {
    const reason = condemned !== undefined && condemned === fileIdentity(path) ? 'it is damaged' : judge(path)
    if (reason === undefined) return
    const aside = `${path}.set-aside-${new Date().toISOString().replace(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`
    // Side files first: one that stayed behind would be taken for the new file's, and replayed into it.
    for (const suffix of [...sideFiles, '']) {
      if (!existsSync(path + suffix)) continue
      makePrivate(path + suffix)
      renameSync(path + suffix, aside + suffix)
    }
    openDatabase(path).close()
    storeChannel.publish({ subject: undefined, event: 'set-aside', path: aside, reason })
  })
}

/** What is wrong with the file, if anything. */
function judge(path: string): string | undefined {
  try {
    openDatabase(path).close()
    return undefined
  } catch (error) {
    if (error instanceof RubbishError) return error.message
    throw error
  }
}
