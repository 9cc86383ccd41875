import { existsSync, readFileSync } from 'node:fs'
import { runProgram } from './programs.ts'
import { until } from './until.ts'

/** What a server is sent: freeze, go on, be gone. */
export type Signal = 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'

/** Resolves once a process is stopped or goes on. What SIGKILL has done shows in the process' own end. */
export async function signalProcess(pid: number, signal: Signal): Promise<void> {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It may have ended by itself just now, and whoever kills it has nothing left to do.
    if (signal !== 'SIGKILL' || (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  // The kernel says at once that it took the signal, and delivers it when it gets to.
  if (signal === 'SIGSTOP') await until(`stopping process ${pid}`, async () => isFrozen(pid) ?? true)
}

/** The same for the first process of a container, which is the server. `client` is the process that waits for it. */
export async function signalContainer(
  docker: string,
  container: string,
  client: number,
  signal: Signal,
): Promise<void> {
  try {
    await runProgram(docker, ['kill', `--signal=${signal}`, container], { environment: process.env })
  } catch (error) {
    if (signal !== 'SIGKILL') throw error
    // There is no such container yet, or no more.
    await signalProcess(client, signal)
  }
}

/** Undefined on systems that do not tell. */
function isFrozen(pid: number): boolean | undefined {
  const file = `/proc/${pid}/stat`
  // The name in brackets may contain anything, a bracket too.
  return existsSync(file) ? readFileSync(file, 'utf8').split(') ').at(-1)!.startsWith('T') : undefined
}
