import { unpackedRedis } from './debian-package.ts'
import { type Environment, programOnPath, runProgram } from './programs.ts'

/** How to run a Redis server. */
export interface RedisProgram {
  /** Where it comes from: the `PATH`, the system's `package` unpacked into the user's cache, or `docker`. */
  readonly source: 'path' | 'package' | 'docker'
  /** The server program, or `docker`. */
  readonly path: string
  /** What comes before the server's own arguments. */
  readonly args: readonly string[]
  /** What its environment needs on top. */
  readonly env: Readonly<Record<string, string>>
  /** Its version, as in `7.0.15`. */
  readonly version: string
}

type Candidate = Omit<RedisProgram, 'version'>

const image = 'redis:7-alpine'
const sources: [what: string, find: (environment: Environment) => Promise<Candidate>][] = [
  ['redis-server or valkey-server on the PATH', onPath],
  ["the system's package redis-server, unpacked without installing it", fromPackage],
  [`the image ${image} in Docker`, inDocker],
]

let found: Promise<RedisProgram> | undefined

/**
 * Finds a Redis server that runs, and fetches one if there is none: see the README for the order. It looks
 * once per process; with an environment other than `process.env` it looks anew. Rejects with an error that
 * tells what was tried, why it failed and what to install.
 */
export async function findRedis(environment: Environment = process.env): Promise<RedisProgram> {
  return environment === process.env ? (found ??= find(environment)) : find(environment)
}

async function find(environment: Environment): Promise<RedisProgram> {
  const failures: string[] = []
  for (const [what, source] of sources) {
    try {
      const candidate = await source(environment)
      return { ...candidate, version: await versionOf(candidate, environment) }
    } catch (error) {
      failures.push(`- ${what}: ${(error as Error).message}`)
    }
  }
  const advice = 'Install one of them: apt-get install redis-server, brew install redis, or Docker.'
  throw new Error(['There is no Redis server to start. Tried in this order:', ...failures, advice].join('\n'))
}

async function onPath(environment: Environment): Promise<Candidate> {
  const [path] = ['redis-server', 'valkey-server'].flatMap((name) => programOnPath(name, environment) ?? [])
  if (path === undefined) throw new Error('not there')
  return { source: 'path', path, args: [], env: {} }
}

async function fromPackage(environment: Environment): Promise<Candidate> {
  return { source: 'package', args: [], ...(await unpackedRedis(environment)) }
}

async function inDocker(environment: Environment): Promise<Candidate> {
  const path = programOnPath('docker', environment)
  if (path === undefined) throw new Error('docker is not on the PATH')
  await runProgram(path, ['info'], { environment, limit: 10_000 })
  return { source: 'docker', path, args: [image, 'redis-server'], env: {} }
}

/** Proves that it runs: it may be for another machine, or lack a library. Docker fetches the image meanwhile. */
async function versionOf({ source, path, args, env }: Candidate, environment: Environment): Promise<string> {
  const run = source === 'docker' ? ['run', '--rm'] : []
  const said = await runProgram(path, [...run, ...args, '--version'], { environment: { ...environment, ...env } })
  const version = /\bv=(\S+)/.exec(said)?.[1]
  if (version === undefined) throw new Error(`${path} does not tell its version: ${said.trim()}`)
  return version
}
