import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs a command line as a package script would, and gathers what it prints to both streams. */
export async function run(
  command: string,
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const child = spawn(command, { shell: true, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? 1, output: Buffer.concat(chunks).toString() }
}
