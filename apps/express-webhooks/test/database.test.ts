import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/database.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'express-webhooks-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function open(folder: string | undefined) {
  const database = openDatabase(folder)
  onTestFinished(() => database.close())
  return database
}

const modesIn = (folder: string, ...names: string[]): number[] =>
  names.map((name) => statSync(join(folder, name)).mode & 0o777)

test('the folder and the files are for nobody but the user of the app', () => {
  const folder = join(temporaryFolder(), 'new', 'data')
  open(folder)
  const modes = modesIn(folder, '..', '.', 'webhooks.db', 'webhooks.db-wal', 'webhooks.db-shm')
  expect(modes).toEqual([0o700, 0o700, 0o600, 0o600, 0o600])
})

test('a file that others could read is taken from them', () => {
  const folder = temporaryFolder()
  openDatabase(folder).close()
  chmodSync(join(folder, 'webhooks.db'), 0o644)
  open(folder)
  expect(modesIn(folder, 'webhooks.db')).toEqual([0o600])
})

test('another process that writes, as one that is about to end does, is waited for', () => {
  expect(open(temporaryFolder()).prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 5_000 })
})
