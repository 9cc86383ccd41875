import { parseCommandLine } from './command-line.ts'

const command = parseCommandLine(process.argv.slice(2), process.env)
if ('text' in command) {
  process[command.exitCode === 0 ? 'stdout' : 'stderr'].write(command.text)
  process.exitCode = command.exitCode
} else {
  // Loaded only now: an emulator is nothing that --help should wait for.
  const { run } = await import('./storm.ts')
  process.exitCode = await run(command.options)
}
