import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const own = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a program as a process of its own, in a folder of its own with this package and that Express. */
export async function startProgram(code: string, express: string, env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-express-'))
  const link = (name: string, from: string): void => {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(realpathSync(from), join(folder, 'node_modules', name), 'junction')
  }
  link('@latchkey/express', own)
  link('@latchkey/servicetrade', join(own, 'node_modules/@latchkey/servicetrade'))
  link('express', join(own, 'node_modules', express))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'program.ts'), code)

  const { PATH, NODE_COMPILE_CACHE } = process.env
  const port = await freePort()
  const child = spawn(process.execPath, ['--conditions=latchkey-source', join(folder, 'program.ts')], {
    env: { PATH, NODE_COMPILE_CACHE, NODE_NO_WARNINGS: '1', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const closed = once(child, 'close').then(([exit]) => ({ code: exit as number | null, output, errors }))
  const ask = async (path: string, init?: RequestInit) => {
    // On a connection of its own, so that none keeps the program from ending.
    const headers = { connection: 'close', 'content-type': 'application/json' }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, ...init })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  const dispose = async (): Promise<void> => {
    child.kill('SIGKILL')
    await closed
    rmSync(folder, { recursive: true })
  }

  for (const deadline = performance.now() + 20_000; ;) {
    const isUp = await ask('/').then(
      () => true,
      () => false,
    )
    if (isUp) break
    if (child.exitCode !== null || performance.now() > deadline) {
      await dispose()
      throw new Error(`the program does not listen: ${errors}`)
    }
    await pause(20)
  }
  return {
    ask,
    /** Tells it to end, as a process manager does. */
    end: () => {
      child.kill('SIGTERM')
      return closed
    },
    [Symbol.asyncDispose]: dispose,
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
