import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshFolder, openStore } from './fresh.ts'
import { runWithRoomFor } from './processes.ts'

describe('a full disk', () => {
  it('rejects what it has no room for, and keeps and reads all that was written', async () => {
    const path = join(freshFolder(), 'sessions.db')
    const { written, refusal, first } = await runWithRoomFor(400, 'fill', path)
    expect(written?.length).toBeGreaterThan(1)
    expect(refusal).toMatchObject({ name: 'TokenStoreError', code: 'TOKEN_STORE' })
    expect(refusal?.message).toContain(path)
    expect(refusal?.message).not.toContain('key 1')
    expect(first).toBe('key 0'.repeat(2_000))
    const store = openStore(path)
    for (const key of written!) expect((await store.get(key))?.state).toBe(key.repeat(2_000))
    expect(await store.set('new', 'state', undefined)).not.toBe(false)
  })

  it('rejects where there is no room for a file at all, and never reads as an empty store', async () => {
    const path = join(freshFolder(), 'sessions.db')
    expect((await runWithRoomFor(1, 'use', path)).error).toMatchObject({ name: 'TokenStoreError', code: 'TOKEN_STORE' })
    expect(await openStore(path).set('key', 'state', undefined)).not.toBe(false)
  })
})
