import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'

const app = join(import.meta.dirname, '../..')
const tsc = join(app, '../../node_modules/typescript/bin/tsc')

/** Compiles the service once for the tests of a file, apart from what others compile at the same time. */
export function builtService(): { readonly main: string } {
  let folder = ''
  beforeAll(async () => {
    // Below the app, so that its dependencies and its package.json are found.
    mkdirSync(join(app, 'dist'), { recursive: true })
    folder = mkdtempSync(join(app, 'dist/test-'))
    // Types are checked elsewhere, and the packages run from their sources.
    const flags = ['--noCheck', '--composite', 'false', '--declaration', 'false', '--declarationMap', 'false']
    await promisify(execFile)(process.execPath, [tsc, '--project', app, '--outDir', folder, ...flags])
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return {
    get main() {
      return join(folder, 'main.js')
    },
  }
}
