import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const script = fileURLToPath(new URL('./scripts/use-redis.ts', import.meta.url))
const node = ['--conditions=latchkey-source', '--disable-warning=ExperimentalWarning', script]

/** What `use-redis.ts` tells of its server. */
export interface Told {
  readonly source?: string
  readonly path?: string
  readonly port?: number
  readonly pid?: number
  readonly reply?: string
  readonly failure?: string
}

/** Processes that each start a server, all at one moment, with this added to their environment. */
export async function usersOfRedis(
  count: number,
  environment: Record<string, string> = {},
): Promise<{ process: ChildProcess; told: Told }[]> {
  const env = { ...process.env, ...environment }
  const users = await Promise.all(
    Array.from({ length: count }, async () => {
      const child = spawn(process.execPath, node, { env, stdio: ['pipe', 'pipe', 'inherit'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      await lines.next()
      return { child, lines }
    }),
  )
  for (const { child } of users) child.stdin.write('go\n')
  return Promise.all(
    users.map(async ({ child, lines }) => {
      const { value } = (await lines.next()) as { value: string }
      return { process: child, told: JSON.parse(value) as Told }
    }),
  )
}

/** Ends it in good order, with its server. */
export async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.stdin!.end()
  await exited
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
