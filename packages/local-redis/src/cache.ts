import { accessSync, constants, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './programs.ts'

/**
 * The folder of this name in the user's cache: where it is already, or else where it can be made. That is
 * `$XDG_CACHE_HOME/latchkey` or `~/.cache/latchkey`, and failing that a folder for this user among the
 * temporary files. Throws if neither can be written.
 */
export function cachedFolder(name: string, environment: Environment): string {
  const home = environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache')
  const places = [join(home, 'latchkey'), join(tmpdir(), `latchkey-cache-${userInfo().uid}`)]
  const place = places.find((one) => isOurs(join(one, name))) ?? places.find(makeWritable)
  if (place === undefined) throw new Error(`neither ${places.join(' nor ')} can be written`)
  return join(place, name)
}

/** Anybody may make a folder among the temporary files, under any name: programs of others are not run. */
function isOurs(folder: string): boolean {
  return existsSync(folder) && lstatSync(folder).uid === userInfo().uid
}

function makeWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
    return isOurs(folder)
  } catch {
    return false
  }
}
