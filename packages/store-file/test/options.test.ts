import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ConfigurationError } from '@latchkey/core'
import { FileTokenStore, type FileTokenStoreOptions } from '@latchkey/store-file'
import { describe, expect, it } from 'vitest'
import { freshFolder } from './fresh.ts'

function errorOf(options: unknown): ConfigurationError {
  try {
    const store = new FileTokenStore(options as FileTokenStoreOptions)
    expect.fail(`it takes the path ${store.path}`)
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
}

describe('FileTokenStore options', () => {
  it.each([
    undefined,
    '',
    7,
    null,
    ':memory:',
    'file:///tmp/x',
    new URL('file:///tmp/x'),
    'sessions/',
    '/tmp/x/',
    '~',
    '~/x.db',
  ])('refuse %s as path', (path) => {
    expect(errorOf({ path })).toMatchObject({ option: 'path', takes: expect.stringContaining('path of a file') })
  })

  it('refuse a name that is unknown', () => {
    expect(errorOf({ path: 'x', mode: 0o644 }).message).toContain('mode')
  })

  it('refuse a path that is a folder', () => {
    const path = join(freshFolder(), 'folder')
    mkdirSync(path)
    expect(errorOf({ path })).toMatchObject({ option: 'path', takes: expect.stringContaining(`${path} is a folder`) })
  })

  it('refuse a path below a file', () => {
    const file = join(freshFolder(), 'file')
    writeFileSync(file, '')
    for (const path of [join(file, 'sessions.db'), join(file, 'a', 'b', 'sessions.db')]) {
      expect(errorOf({ path })).toMatchObject({ option: 'path', takes: expect.stringContaining(file) })
    }
  })

  it('refuse a path with a NUL in it, or a name too long for the file system', () => {
    for (const name of ['a\0b', 'n'.repeat(5_000)]) {
      expect(errorOf({ path: join(freshFolder(), name) }).option).toBe('path')
    }
  })

  it('take a relative path from the working directory of the moment', async () => {
    const path = join(freshFolder(), 'sessions.db')
    expect(new FileTokenStore({ path: relative(process.cwd(), path) }).path).toBe(path)
  })
})
