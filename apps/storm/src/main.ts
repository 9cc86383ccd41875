import { parseCommandLine } from './command-line.ts'
import { run } from './storm.ts'

const command = parseCommandLine(process.argv.slice(2), process.env)
if ('text' in command) {
  process[command.exitCode === 0 ? 'stdout' : 'stderr'].write(command.text)
  process.exitCode = command.exitCode
} else {
  process.exitCode = await run(command.options)
}
