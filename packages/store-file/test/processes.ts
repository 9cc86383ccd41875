import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./samples/use-store.ts', import.meta.url))
const node = [process.execPath, '--conditions=latchkey-source', '--disable-warning=ExperimentalWarning', script]

export interface Failure {
  readonly name: string
  readonly message: string
  readonly code: string
  readonly option?: string
  readonly cause?: string
}

export interface Outcome {
  readonly error?: Failure
  readonly refusal?: Failure
  readonly created?: boolean
  readonly creator?: string
  readonly before?: string
  readonly first?: string
  readonly written?: string[]
  readonly events?: { event: string; path: string; reason: string }[]
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let output = ''
  let complaints = ''
  child.stdout!.on('data', (chunk) => (output += chunk))
  child.stderr!.on('data', (chunk) => (complaints += chunk))
  await once(child, 'close')
  if (complaints !== '' || output === '') throw new Error(`the child process failed: ${complaints}`)
  return JSON.parse(output.replace('ready\n', '')) as Outcome
}

/** Runs one action of `use-store.ts` in a process of its own. */
export function run(action: string, path: string, settings: Record<string, string | number> = {}): Promise<Outcome> {
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return outcomeOf(spawn(node[0]!, [...node.slice(1), action, path, ...words]))
}

/** The same, with no file allowed to grow past so many KiB. */
export function runWithRoomFor(kibibytes: number, action: string, path: string): Promise<Outcome> {
  // The shell counts in blocks of 512 bytes, as POSIX has it.
  return outcomeOf(spawn('sh', ['-c', `ulimit -f ${kibibytes * 2}; exec "$@"`, 'sh', ...node, action, path]))
}

/** Runs the action in so many processes, which all begin at one moment. */
export async function runAtOnce(count: number, action: string, path: string): Promise<Outcome[]> {
  const children = Array.from({ length: count }, () => spawn(node[0]!, [...node.slice(1), action, path, 'wait=yes']))
  const outcomes = children.map(outcomeOf)
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  for (const child of children) child.stdin.end('go')
  return Promise.all(outcomes)
}
