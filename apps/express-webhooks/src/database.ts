import { mkdirSync } from 'node:fs'
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
  CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY,
    updated INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
`

export function openDatabase(folder: string | undefined): DatabaseSync {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const database = new DatabaseSync(folder === undefined ? ':memory:' : join(folder, 'webhooks.db'))
  database.exec(schema)
  return database
}
