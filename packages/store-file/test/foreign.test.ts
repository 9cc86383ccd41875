import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigurationError, TokenStoreError } from '@latchkey/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freshFolder, openStore } from './fresh.ts'

function inSqlite(path: string, sql: string): DatabaseSync {
  const database = new DatabaseSync(path)
  onTestFinished(() => {
    if (database.isOpen) database.close()
  })
  database.exec(sql)
  return database
}

/** Everything in the folder but what SQLite rebuilds at will. */
const contentOf = (folder: string): [string, number, string][] =>
  readdirSync(folder)
    .filter((name) => !name.endsWith('-shm'))
    .map((name) => join(folder, name))
    .map((file) => [file, statSync(file).mode, createHash('sha256').update(readFileSync(file)).digest('hex')])

const foreign: [string, string][] = [
  ['marked as its own', 'PRAGMA application_id = 1'],
  ['with tables and no mark', "CREATE TABLE customer (name TEXT); INSERT INTO customer VALUES ('Acme')"],
  ['with a log', 'PRAGMA journal_mode = WAL; CREATE TABLE document (key TEXT)'],
  ['with a format of its own', 'PRAGMA user_version = 1'],
]

describe("another program's database", () => {
  it.each(foreign)('(%s) is refused when the store is built, and left as it is', (_what, sql) => {
    const path = join(freshFolder(), 'app.db')
    inSqlite(path, sql).close()
    chmodSync(path, 0o644)
    const before = contentOf(dirname(path))
    const build = (): unknown => openStore(path)
    expect(build).toThrow(ConfigurationError)
    expect(build).toThrow(`${path} is the database of another program`)
    expect(contentOf(dirname(path))).toEqual(before)
  })

  it.each(foreign)('(%s) that comes later makes every call reject, and is left as it is', async (_what, sql) => {
    const path = join(freshFolder(), 'app.db')
    const store = openStore(path)
    inSqlite(path, sql).close()
    chmodSync(path, 0o644)
    const before = contentOf(dirname(path))
    for (let time = 0; time < 2; time++) {
      await expect(store.get('key')).rejects.toThrow(TokenStoreError)
      await expect(store.set('key', 'state', undefined)).rejects.toThrow('it is the database of another program')
    }
    expect(contentOf(dirname(path))).toEqual(before)
  })

  it('that was killed, with all that it holds in its log, is left as it is', () => {
    const path = join(freshFolder(), 'app.db')
    inSqlite(path, 'PRAGMA journal_mode = WAL; CREATE TABLE customer (name TEXT)')
    const killed = join(dirname(path), 'killed', 'app.db')
    mkdirSync(dirname(killed))
    for (const side of ['', '-wal']) copyFileSync(path + side, killed + side)
    const before = contentOf(dirname(killed))
    expect(() => openStore(killed)).toThrow(ConfigurationError)
    expect(contentOf(dirname(killed))).toEqual(before)
  })

  it('that this process has open keeps its locks', () => {
    const path = join(freshFolder(), 'app.db')
    inSqlite(path, 'CREATE TABLE customer (name TEXT)').exec('BEGIN IMMEDIATE')
    expect(() => openStore(path)).toThrow(ConfigurationError)
    const other = `new (require('node:sqlite').DatabaseSync)(${JSON.stringify(path)}).exec('BEGIN IMMEDIATE')`
    const { status, stderr } = spawnSync(process.execPath, ['-e', other], { encoding: 'utf8' })
    expect(stderr).toContain('database is locked')
    expect(status).toBe(1)
  })
})
