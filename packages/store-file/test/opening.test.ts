import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshFolder, openStore } from './fresh.ts'
import { runAtOnce } from './processes.ts'

describe('a new file', () => {
  it('is made all the same where a process was killed at making one', async () => {
    const path = join(freshFolder(), 'sessions.db')
    for (const leftover of ['.guard', '.new-wal', '-wal', '-journal']) writeFileSync(path + leftover, '')
    writeFileSync(`${path}.new`, 'half of a file')
    const store = openStore(path)
    expect(await store.set('key', 'state', undefined)).not.toBe(false)
    await store.close()
    expect(readdirSync(dirname(path))).toEqual(['sessions.db'])
  })

  it.each([2, 2, 2, 8, 8])('is laid out once by %i processes that open it at once', async (count) => {
    const path = join(freshFolder(), 'new', 'sessions.db')
    const outcomes = await runAtOnce(count, 'create', path)
    expect(outcomes.map(({ error }) => error)).toEqual(Array.from({ length: count }))
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(outcomes.map(({ creator }) => creator)).size).toBe(1)
    expect(outcomes.flatMap(({ events }) => events)).toEqual([])
    expect(readdirSync(dirname(path)).filter((name) => /set-aside|guard/.test(name))).toEqual([])
  })
})
