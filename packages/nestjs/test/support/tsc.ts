import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Compiles a project. Resolves to what the compiler has to say. */
export async function tsc(project: string, ...options: string[]): Promise<string> {
  const compiler = join(import.meta.dirname, '../../../../node_modules/typescript/bin/tsc')
  const child = spawn(process.execPath, [compiler, '--pretty', 'false', '--project', project, ...options])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  }
  await once(child, 'close')
  return output
}
