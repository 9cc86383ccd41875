import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { testTokenStore } from '@latchkey/store-testkit'
import { describe, it } from 'vitest'
import { open } from './open-store.ts'

testTokenStore({
  describe,
  it,
  name: 'FileTokenStore',
  place: () => join(mkdtempSync(join(tmpdir(), 'latchkey-')), 'sessions.db'),
  open,
  cleanUp: (path) => rmSync(dirname(path), { recursive: true }),
  shares: 'processes',
  processes: {
    module: new URL('./open-store.ts', import.meta.url),
    execArgv: ['--conditions=latchkey-source'],
  },
  durable: true,
  watches: false,
  makeUnavailable: (path) => {
    const folder = dirname(path)
    renameSync(folder, `${folder}.away`)
    mkdirSync(path, { recursive: true })
    return () => {
      rmdirSync(path)
      rmdirSync(folder)
      renameSync(`${folder}.away`, folder)
    }
  },
})
