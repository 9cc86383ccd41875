import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { installedFiles, publishedFiles } from './published.ts'

/** One package of an install. */
export interface Installed {
  readonly name: string
  readonly version: string
  readonly files: number
  readonly bytes: number
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
}

/**
 * What a production install of these packages brings, by what is installed here: the packages, what they depend on, and
 * so on, each version once. Without optional and peer dependencies: name the peers that are needed.
 *
 * @param from the folder of whoever depends on them
 * @throws {Error} if a package is not installed, or is one of this workspace that was not built
 */
export function walkInstall(names: readonly string[], from: string): Installed[] {
  const found = new Map<string, Installed>()
  const visit = (name: string, parent: string): void => {
    const folder = folderOf(name, parent)
    if (found.has(folder)) return
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    found.set(folder, installedOf(folder, manifest))
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, folder)
  }
  for (const name of names) visit(name, realpathSync(from))
  return Array.from(found.values()).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** As Node finds it: in the nearest `node_modules` above that has it. */
function folderOf(name: string, parent: string): string {
  for (let folder = parent; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === dirname(folder)) throw new Error(`${name} is not installed: run \`pnpm install\` first`)
  }
}

function installedOf(folder: string, { name, version, files: published }: Manifest): Installed {
  const isOfWorkspace = !folder.split(sep).includes('node_modules')
  const files = isOfWorkspace && published !== undefined ? publishedFiles(folder, published) : installedFiles(folder)
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
  return { name, version, files: files.length, bytes }
}
