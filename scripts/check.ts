import { styleText } from 'node:util'
import manifest from '../package.json' with { type: 'json' }
import { run } from './run.ts'

// Every `check:*` script is a part. All of them run, whatever fails, so that one run tells everything.
const failed: string[] = []
const parts = Object.keys(manifest.scripts).filter((name) => name.startsWith('check:'))
for (const part of parts) {
  const name = part.slice('check:'.length)
  const started = performance.now()
  const { code, output } = await run(manifest.scripts[part as keyof typeof manifest.scripts])
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`
  if (code === 0) {
    console.log(`${styleText('green', '✓')} ${name} ${styleText('dim', seconds)}`)
  } else {
    failed.push(name)
    console.log(`${styleText('red', '✗')} ${name} ${styleText('dim', seconds)}\n\n${output.trim()}\n`)
  }
}

const names = failed.length === 0 ? '' : ` (${failed.join(', ')})`
console.log(`checks: ${parts.length - failed.length} passed, ${failed.length} failed${names}`)
process.exitCode = failed.length === 0 ? 0 : 1
