import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apps, root } from '../scripts/workspace.ts'

const anApp = apps[0]?.manifest.name ?? ''

const refused: [file: string, specifier: string][] = [
  ['packages/core/src/a.ts', '@latchkey/store-memory'],
  ['packages/core/src/login/b.ts', '../../../store-memory/src/index.ts'],
  ['packages/servicetrade-emulator/src/a.ts', '@latchkey/core'],
  ['packages/servicetrade-emulator/src/b.ts', '../../core/src/index.ts'],
  ['packages/servicetrade/src/a.ts', '@latchkey/core/src/session.ts'],
  ['packages/servicetrade/src/b.ts', '@latchkey/core/dist/session.js'],
  ['packages/servicetrade/src/c.ts', '../../core/src/session.ts'],
  ['packages/servicetrade/src/d.ts', '../../../packages/core/dist/session.js'],
  ['packages/servicetrade/src/e.ts', '@latchkey/local-redis'],
  ['packages/core/src/c.ts', '@latchkey/local-redis'],
  ['packages/store-file/test/a.test.ts', '../../core/src/session.ts'],
  ['packages/store-file/test/deep/b.test.ts', '../../../store-memory/test/support.ts'],
  ['packages/store-file/src/a.ts', '../../../apps/any/src/main.ts'],
  ['apps/one/src/a.ts', '../../two/src/main.ts'],
  ['apps/one/src/b.ts', '../../../packages/core/src/index.ts'],
  ...apps.flatMap(({ manifest }): [string, string][] => [
    [`packages/core/src/${manifest.name}.ts`, manifest.name],
    [`packages/store-file/src/${manifest.name}.ts`, manifest.name],
    [`apps/one/src/${manifest.name}.ts`, `${manifest.name}/part`],
  ]),
]

const allowed: [file: string, specifier: string][] = [
  ['packages/core/src/ok.ts', './login/flight.ts'],
  ['packages/core/src/login/ok.ts', '../replay/body.ts'],
  ['packages/core/src/login/ok2.ts', 'undici'],
  ['packages/core/test/ok.test.ts', '@latchkey/store-memory'],
  ['packages/core/test/login/ok.test.ts', '../../src/login/flight.ts'],
  ['packages/servicetrade/src/ok.ts', '@latchkey/core'],
  ['packages/express/test/ok.test.ts', '@latchkey/express/servicetrade'],
  ['apps/one/src/ok4.ts', '@latchkey/nestjs/servicetrade'],
  ['packages/servicetrade-emulator/test/ok.test.ts', '@latchkey/servicetrade-emulator'],
  ['packages/store-file/test/ok.test.ts', '@latchkey/local-redis'],
  ['apps/one/src/ok.ts', '@latchkey/store-file'],
  ['apps/one/src/ok3.ts', '@latchkey/local-redis'],
  ['apps/one/src/ok2.ts', `./${anApp}.ts`],
]

const folder = mkdtempSync(join(tmpdir(), 'latchkey-imports-'))
const complaints = new Set<string>()
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(async () => {
  const rules = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as { options: object }
  // The direction of imports needs no types, and there are none here.
  const untyped = { ...rules, options: { ...rules.options, typeAware: false } }
  writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(untyped))
  for (const [file, specifier] of [...refused, ...allowed]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `import { thing } from '${specifier}'\n\nexport const used = thing\n`)
  }
  for (const file of await filesRefusedIn(folder)) complaints.add(file)
})

test.each(refused)('%s may not import %s', (file) => {
  expect(complaints).toContain(file)
})

test.each(allowed)('%s may import %s', (file) => {
  expect(complaints).not.toContain(file)
})

async function filesRefusedIn(cwd: string): Promise<string[]> {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout } = await promisify(execFile)(process.execPath, [oxlint, '--format=json'], { cwd }).catch(
    (failure: { stdout: string }) => failure,
  )
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] }
  return diagnostics.filter(({ code }) => code === 'eslint(no-restricted-imports)').map(({ filename }) => filename)
}
