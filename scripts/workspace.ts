import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '..')

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface Workspace {
  /** Relative to the root: `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
}

export const packages = workspacesIn('packages')
export const apps = workspacesIn('apps')

function workspacesIn(folder: string): Workspace[] {
  return globSync(`${folder}/*/package.json`, { cwd: root })
    .map((path) => dirname(path))
    .toSorted()
    .map((path) => ({
      folder: path,
      manifest: JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Manifest,
    }))
}
