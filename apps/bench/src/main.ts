import { parseCommandLine } from './command-line.ts'

const command = parseCommandLine(process.argv.slice(2))
if ('text' in command) {
  process[command.exitCode === 0 ? 'stdout' : 'stderr'].write(command.text)
  process.exitCode = command.exitCode
} else {
  // Child processes end when they lose this one. What is to be cleaned up hears `exit`.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
  // Loaded only now: nothing of it is what --help should wait for.
  const { run } = await import('./bench.ts')
  process.exitCode = await run(command.options)
}
