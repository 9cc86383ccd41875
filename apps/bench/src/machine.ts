import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os'

/** What the figures depend on. Nothing that tells whose machine it is. */
export interface Machine {
  /** As the processor calls itself. */
  readonly cpu: string
  readonly cores: number
  /** GiB. */
  readonly memory: number
  readonly platform: string
  /** Of the kernel. */
  readonly release: string
  readonly node: string
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${process.arch}`,
    // The version alone: what follows it can be a name that somebody gave.
    release: /^\d+(\.\d+)*/.exec(release())?.[0] ?? '',
    node: process.version,
  }
}

const compared = ['undici', 'axios', 'axios-auth-refresh', 'google-auth-library', 'ioredis']

/** By the names of packages. */
export function installedVersions(): Record<string, string> {
  return Object.fromEntries(compared.map((name) => [name, versionOf(name)]))
}

function versionOf(name: string): string {
  const path = findPackageJSON(name, import.meta.url)
  if (path === undefined) throw new Error(`${name} is not installed`)
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
