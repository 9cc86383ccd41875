import { ConfigurationError } from '@latchkey/core'
import { ConfigError, readConfig } from './config.ts'
import { startService } from './service.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const config = readConfig(process.env)
  const emulated = config.account === undefined ? await (await import('./emulated.ts')).startEmulated() : undefined
  const account = config.account ?? emulated!.account
  const service = await startService({ ...config, account }, say).catch(async (error: unknown) => {
    await emulated?.close()
    throw error
  })
  emulated?.work()

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await service.close()
    await emulated?.close()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void (closing ??= close()))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof ConfigError || error instanceof ConfigurationError ? 2 : 1
}
