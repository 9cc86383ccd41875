import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What is published beside what `files` names, where it is there. */
const always = /^(package\.json|readme(\..*)?|licen[cs]e(\..*)?)$/i

/** The files of an installed package: all of them, but not those of packages that are installed inside of it. */
export function installedFiles(folder: string): string[] {
  return filesBelow(folder).filter((file) => !file.split('/').includes('node_modules'))
}

/**
 * The files that a package of this workspace would be published with.
 *
 * @param files as in its package.json: folders and files, and after `!` patterns of what is left out
 * @throws {Error} if something is not there, because it was not built
 */
export function publishedFiles(folder: string, files: readonly string[]): string[] {
  const out = files.filter((entry) => entry.startsWith('!')).map((entry) => patternOf(entry.slice(1)))
  const named = files.filter((entry) => !entry.startsWith('!')).flatMap((entry) => entriesOf(folder, entry))
  const others = readdirSync(folder).filter((name) => always.test(name))
  return Array.from(new Set([...named, ...others])).filter((file) => !out.some((pattern) => pattern.test(file)))
}

function entriesOf(folder: string, entry: string): string[] {
  const stat = statSync(join(folder, entry), { throwIfNoEntry: false })
  if (stat === undefined) throw new Error(`${join(folder, entry)} is missing: run \`pnpm build\` first`)
  return stat.isFile() ? [entry] : filesBelow(folder, entry)
}

/** Relative to the folder, with slashes. Links are not followed. */
function filesBelow(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) return filesBelow(folder, path)
    return entry.isFile() ? [path] : []
  })
}

/** `*` stands for anything within one name. */
function patternOf(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('[^/]*')}$`)
}
