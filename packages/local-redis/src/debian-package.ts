import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cachedFolder } from './cache.ts'
import { type Environment, programOnPath, runProgram } from './programs.ts'

const packages = ['redis-server', 'redis-tools']

/** Where in a package programs find libraries: below a folder for the machine's kind, or without one. */
const libraryFolders = ['usr/lib/*-linux-*', 'lib/*-linux-*', 'usr/lib', 'lib']

/**
 * The server of Debian's or Ubuntu's own package, unpacked into the user's cache together with the libraries
 * that this machine lacks. Nothing gets installed, and no step needs root. What is in the cache is used as it is.
 */
export async function unpackedRedis(environment: Environment): Promise<{ path: string; env: Record<string, string> }> {
  const folder = cachedFolder(`redis-${distribution()}-${process.arch}`, environment)
  if (!existsSync(folder)) await unpackInto(folder, environment)
  const libraries = globSync(libraryFolders, { cwd: folder }).map((path) => join(folder, path))
  return { path: join(folder, 'usr/bin/redis-server'), env: { LD_LIBRARY_PATH: libraries.join(':') } }
}

/** As in `debian-12`: what was unpacked for one release is not for another. */
function distribution(): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const [id, version] = ['ID', 'VERSION_ID'].map((name) => new RegExp(`^${name}="?([\\w.-]+)`, 'm').exec(text)?.[1])
  return `${id ?? process.platform}-${version ?? 'rolling'}`
}

/** Several processes may do this at once: each has a folder of its own, and the first to be done moves it in place. */
async function unpackInto(folder: string, environment: Environment): Promise<void> {
  const [apt, dpkg] = ['apt-get', 'dpkg-deb'].map((name) => {
    const path = programOnPath(name, environment)
    if (path === undefined) throw new Error(`${name} is not on the PATH`)
    return path
  }) as [string, string]
  const work = mkdtempSync(`${folder}.`)
  try {
    await download(work, (...args) => runProgram(apt, args, { environment, cwd: work }))
    const tree = join(work, 'tree')
    for (const file of globSync('*.deb', { cwd: work })) {
      await runProgram(dpkg, ['--extract', file, tree], { environment, cwd: work })
    }
    moveInPlace(tree, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function download(work: string, apt: (...args: string[]) => Promise<string>): Promise<void> {
  try {
    await downloadWith(apt)
  } catch {
    // The machine has no package lists yet, or old ones. New ones of our own need no root, and no lock of the
    // system's, which other processes may hold.
    const lists = join(work, 'lists')
    mkdirSync(join(lists, 'partial'), { recursive: true })
    const places = [`Dir::State::Lists=${lists}`, `Dir::Cache=${join(work, 'cache')}`, 'APT::Sandbox::User=root']
    const options = places.flatMap((place) => ['-o', place])
    await apt('update', ...options)
    await downloadWith((...args) => apt(...args, ...options))
  }
}

async function downloadWith(apt: (...args: string[]) => Promise<string>): Promise<void> {
  // Says what an installation would bring. New packages have no old version in brackets after their names.
  const plan = await apt('install', '--simulate', '--no-install-recommends', ...packages)
  const libraries = [...plan.matchAll(/^Inst (lib\S+) \(/gm)].map(([, name]) => name!)
  await apt('download', ...packages, ...libraries)
}

function moveInPlace(tree: string, folder: string): void {
  try {
    renameSync(tree, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}
