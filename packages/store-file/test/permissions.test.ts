import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshFolder, nobody, openStore } from './fresh.ts'
import { run } from './processes.ts'

describe('a session file', () => {
  it.each(['000', '022', '077', '377'])('is open to its owner alone, with its folder, at umask %s', async (umask) => {
    const path = join(freshFolder(), 'new', 'folder', 'sessions.db')
    expect(await run('modes', path, { umask, ...nobody })).toEqual({
      '.': '700',
      'sessions.db': '600',
      'sessions.db-shm': '600',
      'sessions.db-wal': '600',
    })
  })

  it('is taken from others who could read it', async () => {
    const path = join(freshFolder(), 'sessions.db')
    const store = openStore(path)
    await store.set('key', 'state', undefined)
    await store.close()
    chmodSync(path, 0o664)
    expect((await openStore(path).get('key'))?.state).toBe('state')
    for (const side of ['', '-wal', '-shm']) expect(statSync(path + side).mode & 0o777).toBe(0o600)
  })

  it('in a folder that cannot be written is refused when the store is built', async () => {
    const path = join(freshFolder(), 'sessions.db')
    expect((await run('use', path, nobody)).error).toBeUndefined()
    chmodSync(join(path, '..'), 0o500)
    for (const one of [path, join(path, '..', 'new.db'), join(path, '..', 'new', 'new.db')]) {
      const { error } = await run('use', one, nobody)
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'CONFIGURATION', option: 'path' })
      expect(error?.message).toContain('EACCES')
    }
    chmodSync(join(path, '..'), 0o700)
    expect((await run('use', path, nobody)).before).toBe('state')
  })

  it.each([0o000, 0o200, 0o400])('of mode %o is refused when the store is built, and left as it is', async (mode) => {
    const path = join(freshFolder(), 'sessions.db')
    await run('use', path, nobody)
    chmodSync(path, mode)
    const { error } = await run('use', path, nobody)
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'CONFIGURATION', option: 'path' })
    expect(error?.message).toContain(path)
    chmodSync(path, 0o600)
    expect((await run('use', path, nobody)).before).toBe('state')
  })

  it('whose place is taken after the store was built makes it reject', async () => {
    const path = join(freshFolder(), 'new', 'sessions.db')
    const store = openStore(path)
    mkdirSync(path, { recursive: true })
    await expect(store.get('key')).rejects.toMatchObject({ name: 'TokenStoreError', code: 'TOKEN_STORE' })
    await expect(store.set('key', 'state', undefined)).rejects.toThrow(path)
  })
})
