import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { ConfigurationError } from '@latchkey/core'
import { hasErrno } from './problems.ts'

/** Which file a path leads to at the moment; `undefined` if there is none. */
export function fileIdentity(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.dev}:${stat.ino}`
}

/** @throws {ConfigurationError} if there can be no session file at `path` until somebody changes something */
export function checkPlace(path: string): void {
  const fail = (problem: string, cause?: unknown): never => {
    const takes = `a file that this process can read and write, or make (${problem})`
    throw new ConfigurationError('path', takes, path, { cause })
  }
  try {
    const file = statSync(path, { throwIfNoEntry: false })
    if (file !== undefined && !file.isFile()) fail(`${path} is ${file.isDirectory() ? 'a folder' : 'no regular file'}`)
    if (file !== undefined) accessSync(path, constants.R_OK | constants.W_OK)
    // SQLite makes side files next to its database, so the folder must be open to writing in any case.
    const [folder, stat] = nearest(dirname(path))
    if (!stat.isDirectory()) fail(`${folder} is not a folder`)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    fail((error as Error).message, error)
  }
}

/** The folder, or the one above it that exists. */
function nearest(folder: string): [string, Stats] {
  const stat = statSync(folder, { throwIfNoEntry: false })
  return stat === undefined ? nearest(dirname(folder)) : [folder, stat]
}

/**
 * Makes sure that there is a file at `path` and that only its owner can read it, whatever the umask. SQLite
 * gives side files the permissions of their database.
 *
 * A file that exists is not opened: closing the descriptor would drop the locks that this process's other
 * connections hold on it (POSIX locks belong to the process, not to the descriptor).
 */
export function ensurePrivateFile(path: string): void {
  try {
    createPrivateFile(path)
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error
    ensurePrivateFolder(dirname(path))
    createPrivateFile(path)
  }
}

function createPrivateFile(path: string): void {
  let descriptor: number
  try {
    descriptor = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) throw error
    return makePrivate(path)
  }
  try {
    // The umask may have taken away what the owner needs.
    fchmodSync(descriptor, 0o600)
  } finally {
    closeSync(descriptor)
  }
}

/** Takes the file from everybody but its owner. */
export function makePrivate(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() && (stat.mode & 0o077) !== 0) chmodSync(path, 0o600)
}

function ensurePrivateFolder(path: string): void {
  try {
    mkdirSync(path, 0o700)
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return
    if (!hasErrno(error, 'ENOENT') || dirname(path) === path) throw error
    ensurePrivateFolder(dirname(path))
    return ensurePrivateFolder(path)
  }
  chmodSync(path, 0o700)
}
