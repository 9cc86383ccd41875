import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** Runs a program to its end, which it must find by itself. */
export async function run(file: URL, env: Record<string, string>) {
  const child = spawn(process.execPath, ['--conditions=latchkey-source', fileURLToPath(file)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const said = out.split('\n').flatMap((line) => (line === '' ? [] : Object.entries(JSON.parse(line) as object)))
  return { said, errors, code: code as number | null }
}
