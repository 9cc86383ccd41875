import { chmodSync, closeSync, fchmodSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { hasErrno } from './sqlite-error.ts'

/** Which file a path leads to at the moment; `undefined` if there is none. */
export function fileIdentity(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.dev}:${stat.ino}`
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
