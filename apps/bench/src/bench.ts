import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import type { BenchOptions } from './command-line.ts'
import { installedVersions, thisMachine } from './machine.ts'
import { measures } from './measures/all.ts'
import type { Context } from './measures/measure.ts'
import { Progress } from './progress.ts'
import { publishReport, writeReport } from './report/files.ts'
import { rounded } from './report/json.ts'
import type { Report } from './report/report.ts'
import { renderText } from './report/text.ts'
import { Server } from './server/server.ts'

const ownFolder = fileURLToPath(new URL('../report', import.meta.url))
const docs = fileURLToPath(new URL('../../../docs', import.meta.url))

/** Resolves to the exit code: 1 if something could not be measured. All else is told and written then, too. */
export async function run({ size, only, out = ownFolder, publish }: BenchOptions): Promise<0 | 1> {
  const progress = new Progress()
  const { report, failures } = await measure({ size, only, say: (what) => progress.say(what) })
  progress.clear()
  process.stdout.write(`\n${renderText(report)}`)
  await writeReport(out, report)
  process.stdout.write(`\nWritten to ${relative('', out) || '.'}.\n`)
  for (const { name, error } of failures)
    process.stderr.write(`bench: ${name} failed: ${error instanceof Error ? error.stack : inspect(error)}\n`)
  if (failures.length > 0) return 1
  if (publish) await publishReport(docs, report)
  return 0
}

interface Run {
  readonly report: Report
  readonly failures: readonly { readonly name: string; readonly error: unknown }[]
}

async function measure({ size, only, say }: Pick<BenchOptions, 'size' | 'only'> & Pick<Context, 'say'>): Promise<Run> {
  const startedAt = new Date().toISOString()
  const start = performance.now()
  const found: Record<string, unknown> = {}
  const failures: { name: string; error: unknown }[] = []
  for (const one of measures.filter(({ name }) => only.includes(name))) {
    say(one.name)
    // Each has a server of its own: what one did to it is none of the next one's business.
    const server = await Server.start()
    try {
      found[one.name] = await one.run({ server, size, say })
    } catch (error) {
      failures.push({ name: one.name, error })
    } finally {
      await server.stop()
    }
  }
  const took = Math.round((performance.now() - start) / 1_000)
  const machine = thisMachine()
  const report = { version: 1, size, startedAt, took, machine, versions: installedVersions(), measures: found } as const
  return { report: rounded(report), failures }
}
