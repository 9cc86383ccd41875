import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { TokenStoreError } from '@latchkey/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freshFolder, openStore } from './fresh.ts'
import { runAtOnce } from './processes.ts'

interface Event {
  event: string
  path: string
  reason: string
}

/** What the store reports during the test. */
function listen(): Event[] {
  const events: Event[] = []
  const listener = (event: unknown): unknown => events.push(event as Event)
  subscribe('latchkey:store', listener)
  onTestFinished(() => void unsubscribe('latchkey:store', listener))
  return events
}

/** A sound file of many pages, closed. */
async function soundFile(): Promise<string> {
  const path = join(freshFolder(), 'sessions.db')
  const store = openStore(path)
  for (let n = 0; n < 10; n++) await store.set(`key ${n}`, `state ${n} `.repeat(1_000), undefined)
  await store.close()
  return path
}

function inSqlite(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

const asides = (path: string): string[] => readdirSync(dirname(path)).filter((name) => name.includes('set-aside'))

const rubbish: [string, (path: string) => void][] = [
  ['two bytes', (path) => writeFileSync(path, '[]')],
  ['text', (path) => writeFileSync(path, '{"token":"abc"}\n'.repeat(1_000))],
  ['noise', (path) => writeFileSync(path, randomBytes(10_000))],
  ['zeros', (path) => writeFileSync(path, Buffer.alloc(10_000))],
  ['half a header', (path) => truncateSync(path, 50)],
  ['one page of many', (path) => truncateSync(path, 4_096)],
  ['half of the pages', (path) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096)],
  ['all but a part of the last page', (path) => truncateSync(path, statSync(path).size - 3_000)],
  ['an older format', (path) => inSqlite(path, 'PRAGMA user_version = 0')],
  ['no table', (path) => inSqlite(path, 'DROP TABLE document')],
  ['another table', (path) => inSqlite(path, 'ALTER TABLE document ADD COLUMN extra TEXT')],
]

describe('a file that holds rubbish', () => {
  it.each(rubbish)('(%s) is set aside and reported, and the store goes on with a new one', async (_what, spoil) => {
    const events = listen()
    const path = await soundFile()
    spoil(path)
    chmodSync(path, 0o644)
    const bytes = readFileSync(path)
    const store = openStore(path)
    // Only the last pages may be bad, and a document in them is read last.
    for (let n = 0; n < 10; n++) await store.get(`key ${n}`)
    expect(await store.get('key 9')).toBeUndefined()
    const version = await store.set('key 9', 'new', undefined)
    expect(await openStore(path).get('key 9')).toEqual({ version, state: 'new' })
    expect(events).toEqual([
      { subject: undefined, event: 'set-aside', path: expect.any(String), reason: expect.any(String) },
    ])
    const aside = events[0]!.path
    expect(aside.startsWith(`${path}.set-aside-`)).toBe(true)
    expect(readFileSync(aside).equals(bytes)).toBe(true)
    expect(statSync(aside).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.guard'))).toEqual([])
  })

  it.each([2, 8, 8])('is set aside once by %i processes that meet it at once', async (count) => {
    const path = join(freshFolder(), 'sessions.db')
    writeFileSync(path, randomBytes(10_000))
    const outcomes = await runAtOnce(count, 'create', path)
    expect(outcomes.map(({ error }) => error)).toEqual(Array.from({ length: count }))
    expect(asides(path)).toHaveLength(1)
    expect(outcomes.flatMap(({ events }) => events)).toHaveLength(1)
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(outcomes.map(({ creator }) => creator)).size).toBe(1)
    expect((await openStore(path).get('key'))?.state).toBe(outcomes[0]!.creator)
  })

  it('(nothing at all) is a new one: there is nothing to set aside', async () => {
    const events = listen()
    const path = await soundFile()
    truncateSync(path, 0)
    expect(await openStore(path).get('key 0')).toBeUndefined()
    expect([events, asides(path)]).toEqual([[], []])
  })

  it('(a newer format) is left in place: sound data of newer processes', async () => {
    const path = await soundFile()
    inSqlite(path, 'PRAGMA user_version = 2')
    const bytes = readFileSync(path)
    const store = openStore(path)
    await expect(store.get('key 0')).rejects.toThrow(TokenStoreError)
    await expect(store.set('key', 'state', undefined)).rejects.toThrow('format 2')
    expect(asides(path)).toEqual([])
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('is reported without a word of what it holds', async () => {
    const events = listen()
    const path = join(freshFolder(), 'sessions.db')
    inSqlite(path, "CREATE TABLE t (x DEFAULT 'canary-of-a-token')")
    const bytes = readFileSync(path)
    bytes.write('CREATE canary-of-a-token', bytes.indexOf('CREATE TABLE'))
    writeFileSync(path, bytes)
    await openStore(path).get('key')
    expect(events).toHaveLength(1)
    expect(JSON.stringify(events)).not.toContain('canary')
  })
})

describe('a side file that holds rubbish', () => {
  const contents: [string, Buffer][] = [
    ['noise', randomBytes(40_000)],
    ['zeros', Buffer.alloc(40_000)],
    ['nothing', Buffer.alloc(0)],
  ]
  const cases = ['-journal', '-wal', '-shm'].flatMap((side) =>
    contents.map(([what, bytes]) => [side, what, bytes] as const),
  )

  it.each(cases)('(%s of %s) costs no document', async (side, _what, bytes) => {
    const events = listen()
    const path = await soundFile()
    writeFileSync(path + side, bytes)
    const store = openStore(path)
    for (let n = 0; n < 10; n++) expect((await store.get(`key ${n}`))?.state).toBe(`state ${n} `.repeat(1_000))
    expect(await store.set('new', 'state', undefined)).not.toBe(false)
    expect(events).toEqual([])
  })

  it('(the log of another database) is never used: it is set aside with the file', async () => {
    const events = listen()
    const path = await soundFile()
    const other = join(dirname(path), 'other.db')
    const database = new DatabaseSync(other)
    onTestFinished(() => database.close())
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)')
    for (const side of ['-wal', '-shm']) copyFileSync(other + side, path + side)
    const store = openStore(path)
    expect(await store.get('key 0')).toBeUndefined()
    expect(await store.set('key 0', 'new', undefined)).not.toBe(false)
    expect(events).toHaveLength(1)
  })
})
