import { ConfigurationError } from '@latchkey/core'
import { defaultOptions, help, readCommandLine, readController } from './settings.ts'

// Without them an error of these streams ends the process at once, before it closes what is open.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  const isFirst = process.exitCode === undefined
  process.exitCode = 1
  // Whoever stops reading, as `head -1` does, knows that.
  if (isFirst && code !== 'EPIPE') process.stderr.write(`any-api: the output cannot be written: ${message}\n`)
})
process.stderr.on('error', () => {})

try {
  await start()
} catch (error) {
  const { message, code = '' } = error as Error & { code?: string }
  const isUsage = error instanceof ConfigurationError || code.startsWith('ERR_PARSE_ARGS')
  process.stderr.write(`any-api: ${message}\n`)
  process.exitCode = isUsage ? 2 : 1
}

async function start(): Promise<void> {
  const options = readCommandLine(process.argv.slice(2))
  if (options === 'help') return void process.stdout.write(help)
  const controller = readController(process.env)
  if (controller !== undefined) {
    // Loaded only here: --help need not wait for it.
    const { run } = await import('./run.ts')
    return run(controller, options === 'none' ? defaultOptions : options)
  }
  if (options !== 'none') throw new ConfigurationError('REDFISH_URL', 'a controller, if there are options', undefined)
  const { demonstrate } = await import('./demonstration.ts')
  await demonstrate()
}
