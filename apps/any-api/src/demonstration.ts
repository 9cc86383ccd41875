import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startController } from './controller.ts'
import { createGate } from './gate.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const write = (text: string): void => void process.stdout.write(text)

/** Starts a controller, and this very program several times against it. */
export async function demonstrate(): Promise<void> {
  const login = { username: 'operator', password: randomUUID() }
  let gate: (() => Promise<void>) | undefined
  const isSensor = (path: string): boolean => /\/Sensors\/./.test(path)
  const controller = await startController({ ...login, arrived: (_method, path) => isSensor(path) && gate?.() })
  const folder = await mkdtemp(join(tmpdir(), 'any-api-'))
  const env = { REDFISH_URL: controller.url, REDFISH_USERNAME: login.username, REDFISH_PASSWORD: login.password }
  const run = (...args: string[]): Promise<string> => runAgain(['--store', join(folder, 'sessions.db'), ...args], env)
  try {
    write(`The first run logs in:\n\n${await run()}\n`)
    write(`The second one does not:\n\n${lastLine(await run())}\n`)
    gate = createGate(20, () => controller.sessions.endAll())
    write(`In the third the controller drops the session under 20 reads, and none fails:\n\n${lastLine(await run())}\n`)
    gate = undefined
    const two = await Promise.all([run(), run()])
    write(`Two at once:\n\n${two.map(lastLine).join('')}\n`)
    write(`With --log-out:\n\n${await run('--log-out')}\n`)
    const { logins } = controller.counters
    write(
      `The controller saw ${logins} logins. It has ${controller.sessions.size} sessions open, of 4 that it can have.\n`,
    )
  } finally {
    await controller.close()
    await rm(folder, { recursive: true })
  }
}

/** This program as a process of its own. */
async function runAgain(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [exitCode]] = await Promise.all([textOf(child.stdout), once(child, 'close')])
  if (exitCode !== 0) throw new Error(`A run ended with exit code ${exitCode}`)
  return output
}

const lastLine = (output: string): string => `${output.trimEnd().split('\n').at(-1)}\n`
