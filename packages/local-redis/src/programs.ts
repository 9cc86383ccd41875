import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** What `process.env` is of. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The path of a program that may be run, or undefined if no folder of the PATH has it. */
export function programOnPath(name: string, environment: Environment): string | undefined {
  return (environment['PATH'] ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export interface RunOptions {
  readonly environment: Environment
  readonly cwd?: string
  /** ms, after which the program is killed and the call rejects. Default: two minutes. */
  readonly limit?: number
}

/** Runs a program to its end. Resolves to its standard output, or rejects with the last line of what it said. */
export function runProgram(path: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { environment, limit: timeout = 120_000 } = options
  // What it prints is read here, and so must not be translated.
  const env = { ...environment, LC_ALL: 'C' }
  return new Promise((resolve, reject) => {
    execFile(path, args, { cwd: options.cwd, env, timeout }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      const said = stderr.trim().split('\n').at(-1)
      const reason = error.killed === true ? `took more than ${timeout} ms` : said || error.message
      reject(new Error(`${[path, ...args.slice(0, 1)].join(' ')}: ${reason}`))
    })
  })
}
