import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const schema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    received INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS job_copy (
    id INTEGER PRIMARY KEY,
    updated INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
`

/** Waits for another process that writes, as one that is about to end does, for up to 5 s. */
export function openDatabase(folder: string | undefined): DatabaseSync {
  const database = new DatabaseSync(folder === undefined ? ':memory:' : ownFile(folder), { timeout: 5_000 })
  try {
    database.exec(schema)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** For nobody but this user: there are customers in it. SQLite gives its other files the same mode. */
function ownFile(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'webhooks.db')
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  return path
}
