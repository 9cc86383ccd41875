import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Subject } from './subjects.ts'

export interface Task extends Subject {
  /** Where the first answer comes from. */
  readonly origin: string
}

/** What one process saw. */
export interface Loaded {
  /** Of the import, ms. */
  readonly time: number
  /** Bytes that stay in use, after a collection. */
  readonly heap: number
  /** Bytes that the process grew by. */
  readonly rss: number
  /** From before the import to the first answer, ms: what lies between to look at the memory is left out. */
  readonly answer?: number
}

const script = fileURLToPath(import.meta.resolve('./child.ts'))

/** Long enough for any machine. What takes longer is killed, ms. */
const patience = 60_000

/** Does it in a new process, which finds no compiled code of the ones before. */
export async function perform(task: Task): Promise<Loaded> {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const flags = [...process.execArgv, '--disable-warning=ExperimentalWarning', '--expose-gc']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, JSON.stringify(task)], {
    env: { ...env, NODE_DISABLE_COMPILE_CACHE: '1' },
    timeout: patience,
    killSignal: 'SIGKILL',
  })
  return JSON.parse(stdout) as Loaded
}
