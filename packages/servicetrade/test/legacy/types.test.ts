import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

const use = `
const st = servicetrade({ username: 'u', onSetCookie: async (data) => data.authToken })
export const named: Promise<string> = st.get('/job/1').then((job) => job.name)
servicetrade({ username: 42 })
`

const sources = {
  'require.cts': `import servicetrade = require('@latchkey/servicetrade/legacy')${use}`,
  'default.cts': `import servicetrade, { type Servicetrade } from '@latchkey/servicetrade/legacy'${use}export type St = Servicetrade`,
  'default.mts': `import servicetrade, { type Servicetrade } from '@latchkey/servicetrade/legacy'${use}export type St = Servicetrade`,
  'plain.cjs': `const servicetrade = require('@latchkey/servicetrade/legacy')
const st = servicetrade({ username: 'u', onSetCookie: async (data) => data.authToken })
st.get('/job/1').then((job) => job.name)
servicetrade({ username: 42 })
`,
}

const lineOf = (source: string) => source.slice(0, source.indexOf('username: 42')).split('\n').length

test('every way to import it has its types', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-legacy-types-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, name), source)
    const compilerOptions = {
      ...{ rootDir: '/', noEmit: true, composite: false, declarationMap: false, allowJs: true, checkJs: true },
      ...{ allowImportingTsExtensions: true, rewriteRelativeImportExtensions: false },
      ...{ erasableSyntaxOnly: false, verbatimModuleSyntax: false },
    }
    const files = Object.keys(sources)
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, files }),
    )
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, [compiler, '-p', folder], { cwd: folder }, (_error, stdout) => resolve(stdout))
    })
    // Each has one mistake, which nobody would see without types.
    const mistakes = Object.entries(sources).map(([name, source]) => `${name}:${lineOf(source)}: TS2322`)
    const errors = [...said.matchAll(/^(\S+)\((\d+),\d+\): error (TS\d+)/gm)]
    expect(errors.map(([, file, line, code]) => `${file}:${line}: ${code}`).toSorted()).toEqual(mistakes.toSorted())
  } finally {
    rmSync(folder, { recursive: true })
  }
})
