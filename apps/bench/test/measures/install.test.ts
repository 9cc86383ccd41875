import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installMeasure } from '../../src/measures/install/measure.ts'
import { walkInstall } from '../../src/measures/install/walk.ts'

let root: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'bench-install-')))
})

afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** @returns the length of its package.json */
function addPackage(folder: string, manifest: object): number {
  const text = JSON.stringify({ version: '1.0.0', ...manifest })
  write(`${folder}/package.json`, text)
  return text.length
}

function link(from: string, to: string): void {
  mkdirSync(dirname(join(root, from)), { recursive: true })
  symlinkSync(join(root, to), join(root, from))
}

const namesOf = (names: string[], from = '') =>
  walkInstall(names, join(root, from)).map(({ name, version }) => `${name}@${version}`)

test('what a package depends on is found, and what that depends on, each version once', () => {
  addPackage('node_modules/a', { name: 'a', dependencies: { b: '1', c: '2' } })
  addPackage('node_modules/a/node_modules/c', { name: 'c', version: '2.0.0', dependencies: { a: '1' } })
  addPackage('node_modules/b', { name: 'b', dependencies: { c: '1' } })
  addPackage('node_modules/c', { name: 'c' })
  addPackage('node_modules/d', { name: 'd' })
  expect(namesOf(['a', 'b']).toSorted()).toEqual(['a@1.0.0', 'b@1.0.0', 'c@1.0.0', 'c@2.0.0'])
})

test('dependencies are those beside the real folder of whoever has them, as pnpm lays them out', () => {
  addPackage('node_modules/.pnpm/a@1/node_modules/a', { name: 'a', dependencies: { b: '1' } })
  addPackage('node_modules/.pnpm/b@1/node_modules/b', { name: 'b' })
  addPackage('node_modules/b', { name: 'b', version: '9.0.0' })
  link('node_modules/.pnpm/a@1/node_modules/b', 'node_modules/.pnpm/b@1/node_modules/b')
  link('apps/one/node_modules/a', 'node_modules/.pnpm/a@1/node_modules/a')
  expect(namesOf(['a'], 'apps/one')).toEqual(['a@1.0.0', 'b@1.0.0'])
})

test('optional, peer and development dependencies do not count', () => {
  const others = { optionalDependencies: { b: '1' }, peerDependencies: { c: '1' }, devDependencies: { d: '1' } }
  addPackage('node_modules/a', { name: 'a', ...others })
  for (const name of ['b', 'c', 'd']) addPackage(`node_modules/${name}`, { name })
  expect(namesOf(['a'])).toEqual(['a@1.0.0'])
})

test('the files of an installed package are all but those of packages inside of it', () => {
  const length = addPackage('node_modules/a', { name: 'a' })
  write('node_modules/a/lib/one.js', '12345')
  write('node_modules/a/node_modules/b/index.js', '1234567')
  expect(walkInstall(['a'], root)).toEqual([{ name: 'a', version: '1.0.0', files: 2, bytes: length + 5 }])
})

test('the files of a package of the workspace are those it publishes', () => {
  const files = ['dist', 'bin.js', '!dist/*.tsbuildinfo']
  const length = addPackage('packages/a', { name: 'a', files })
  write('packages/a/dist/index.js', '12')
  write('packages/a/dist/deep/index.js', '345')
  write('packages/a/dist/tsconfig.tsbuildinfo', 'long'.repeat(100))
  write('packages/a/bin.js', '6')
  write('packages/a/README.md', '78')
  write('packages/a/LICENSE', '9')
  write('packages/a/src/index.ts', 'long'.repeat(100))
  write('packages/a/node_modules/b/index.js', 'long'.repeat(100))
  link('node_modules/a', 'packages/a')
  expect(walkInstall(['a'], root)).toEqual([{ name: 'a', version: '1.0.0', files: 6, bytes: length + 9 }])
})

test('a package of the workspace that was not built is an error that says what to do', () => {
  addPackage('packages/a', { name: 'a', files: ['dist'] })
  link('node_modules/a', 'packages/a')
  expect(() => walkInstall(['a'], root)).toThrow(/dist is missing: run `pnpm build` first$/)
})

test('a dependency that is not there is an error', () => {
  addPackage('node_modules/a', { name: 'a', dependencies: { 'not-there-at-all': '1' } })
  expect(() => walkInstall(['a'], root)).toThrow('not-there-at-all is not installed')
})

test('packages that are neither undici nor ours miss the aim', () => {
  const packages = ['@latchkey/core', 'undici', 'left-pad', 'undici-types'].map((name) => ({
    name,
    version: '1.0.0',
    files: 1,
    bytes: 1,
  }))
  const found = { installs: [{ name: '@latchkey/servicetrade', files: 4, bytes: 4, packages }] }
  expect(installMeasure.aims(found)).toMatchObject([{ value: 2, bound: { atMost: 0 } }])
  expect(installMeasure.tables(found)[0]!.rows).toEqual([
    ['@latchkey/servicetrade', '4', '4', '4 B', '@latchkey/core, undici, left-pad, undici-types'],
  ])
})
