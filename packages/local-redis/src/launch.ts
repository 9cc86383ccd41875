import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { RedisProgram } from './find-redis.ts'
import { type Signal, signalContainer, signalProcess } from './signals.ts'

/** A server process that was begun. It need not answer yet. */
export interface Launched {
  readonly pid: number
  readonly running: boolean
  /** Resolves when the server is gone, whatever ended it. */
  readonly exited: Promise<unknown>
  /** Resolves once the signal has taken effect; rejects if the server is gone. */
  signal(signal: Signal): Promise<void>
}

/**
 * The shell's standard input is a pipe that this process holds and never writes to. It ends with this process,
 * however that ends, and the server with it: nobody else would stop a server whose tests were killed.
 */
const wrapper = `
folder=$1 container=$2
shift 2
exec 3<&0
exec "$@" </dev/null >&2 3<&- &
server=$!
{
  read -r _
  trap '' TERM
  if [ -n "$container" ]; then "$1" kill --signal=SIGKILL "$container"; fi
  kill -9 $server
  rm -rf -- "$folder"
} <&3 >/dev/null 2>&1 &
watchdog=$!
echo $server
wait $server
kill $watchdog
`

/** Begins the server with these arguments; its output goes to `log` in the folder. */
export async function launch(program: RedisProgram, folder: string, args: readonly string[]): Promise<Launched> {
  const container = program.source === 'docker' ? `latchkey-${randomUUID()}` : ''
  const command = [program.path, ...(container === '' ? [] : inDocker(container, folder)), ...program.args, ...args]
  const log = openSync(join(folder, 'log'), 'w')
  const child = spawn('/bin/sh', ['-c', wrapper, 'sh', folder, container, ...command], {
    env: { ...process.env, ...program.env },
    stdio: ['pipe', 'pipe', log],
    // Ctrl-C is for whoever started the server, who may still need it to end in good order.
    detached: true,
  })
  closeSync(log)
  const exited = once(child, 'exit')
  const output = createInterface(child.stdout!)
  const pid = await Promise.race([once(output, 'line').then(([line]) => Number(line)), exited.then(() => undefined)])
  if (pid === undefined) throw new Error('the shell that was to start the server ended')
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    pid,
    exited,
    get running() {
      return isRunning()
    },
    async signal(signal) {
      if (!isRunning()) throw new Error(`the server is not running, so it takes no ${signal}`)
      if (container !== '') await signalContainer(program.path, container, pid, signal)
      else await signalProcess(pid, signal)
    },
  }
}

/** The container sees the folder under the same path, and is this user there too. */
function inDocker(container: string, folder: string): string[] {
  const { uid, gid } = userInfo()
  const volume = `${folder}:${folder}`
  return ['run', '--rm', '--network', 'host', '--name', container, '--user', `${uid}:${gid}`, '--volume', volume]
}
