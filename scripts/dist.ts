import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** Whether a file of `dist` comes from a source that is still there. Compilers do not clean up after a rename. */
export function hasSource(folder: string, path: string): boolean {
  const source = path.replace(/^dist/, 'src').replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts')
  return path.endsWith('.tsbuildinfo') || existsSync(join(root, folder, source))
}
