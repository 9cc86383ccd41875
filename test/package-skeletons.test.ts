import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apps, packages, root } from '../scripts/workspace.ts'

/** What may differ from package to package; all else is the same in every one. */
const own = ['name', 'version', 'description', 'bin', 'exports']
/** Whether a package is published, and how. */
const publication = ['private', 'publishConfig']
const dependencies = ['dependencies', 'devDependencies', 'peerDependencies', 'peerDependenciesMeta']

test('all packages have one and the same skeleton', () => {
  const [first, ...others] = packages.map(({ folder }) => skeletonOf(folder))
  expect(others.length).toBeGreaterThan(0)
  for (const other of others) expect(other).toEqual(first)
})

test('a package is either private or published as all others are', () => {
  const [first, ...others] = packages.filter(({ manifest }) => !manifest.private).map(publicationOf)
  for (const other of others) expect(other).toEqual(first)
  for (const one of packages.filter(({ manifest }) => manifest.private)) {
    expect(publicationOf(one)).toEqual({ private: true })
  }
})

test('the type checks know every package and app', () => {
  const folders = [...packages, ...apps].map(({ folder }) => folder)
  expect(referencesOf('.', 'tsconfig.json')).toEqual([...folders, 'tsconfig.test.json'])
  expect(referencesOf('.', 'tsconfig.test.json')).toEqual(folders)
})

describe.each(packages)('$manifest.name', ({ folder, manifest }) => {
  const readme = join(root, folder, 'README.md')

  test('has a README that names each of its dependencies', () => {
    expect(existsSync(readme), readme).toBe(true)
    const text = readFileSync(readme, 'utf8')
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      expect(text, `${readme} says why it needs ${name}`).toMatch(new RegExp(`\\b${name.replace(/^@/, '')}\\b`))
    }
  })

  test('exports each of its entries in one and the same way', () => {
    const { exports } = json(folder, 'package.json') as { exports: Record<string, unknown> }
    expect(Object.keys(exports)[0]).toBe('.')
    for (const [path, target] of Object.entries(exports)) {
      const entry = path === '.' ? 'index' : path.slice(2)
      expect(target).toEqual({ 'latchkey-source': `./src/${entry}.ts`, default: `./dist/${entry}.js` })
    }
  })

  test('is typed against the sources of the packages that it depends on', () => {
    const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const needed = packages.filter((one) => names.includes(one.manifest.name)).map((one) => `../${one.folder.slice(9)}`)
    expect(referencesOf(folder, 'tsconfig.json')).toEqual(needed)
  })

  test('has a first release or a changelog to tell of, unless it is private', () => {
    const changesets = globSync('.changeset/*.md', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'))
    const told = changesets.some((text) => new RegExp(`^['"]${manifest.name}['"]: `, 'm').test(text))
    expect(told || existsSync(join(root, folder, 'CHANGELOG.md'))).toBe(!manifest.private)
  })
})

function skeletonOf(folder: string): unknown {
  const manifest = Object.entries(json(folder, 'package.json')).filter(
    ([field]) => ![...own, ...publication, ...dependencies].includes(field),
  )
  const { references: _, ...tsconfig } = json(folder, 'tsconfig.json')
  return { manifest, tsconfig }
}

function publicationOf({ folder }: { folder: string }): unknown {
  const fields = Object.entries(json(folder, 'package.json')).filter(([field]) => publication.includes(field))
  return Object.fromEntries(fields)
}

function referencesOf(folder: string, file: string): string[] {
  const references = (json(folder, file)['references'] ?? []) as { path: string }[]
  return references.map(({ path }) => path)
}

function json(folder: string, file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as Record<string, unknown>
}
