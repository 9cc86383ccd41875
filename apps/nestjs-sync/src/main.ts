import { ConfigurationError } from '@latchkey/core'
import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.module.ts'
import { readServices, readSettings } from './config.ts'

try {
  await start()
} catch (error) {
  // Without a code it is a mistake in the program, whose stack is wanted.
  if (!(error instanceof Error && 'code' in error)) throw error
  process.stderr.write(`${error.message}\n`)
  // What a start that failed has opened, the connection to Redis say, nobody closes.
  process.exit(error instanceof ConfigurationError ? 2 : 1)
}

async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const given = readServices(process.env)
  const local = given === undefined ? await (await import('./local-services.ts')).startLocalServices() : undefined
  const { accounts, serviceTradeUrl, redisUrl } = given ?? local!
  const database = settings.database ?? (local === undefined ? 'nestjs-sync.db' : ':memory:')

  let app: INestApplication | undefined
  const stop = async (): Promise<void> => {
    await app?.close()
    await local?.stop()
  }
  try {
    app = await NestFactory.create(
      AppModule.with({ ...settings, accounts, serviceTradeUrl, redisUrl, database }),
      // What Nest says of its own start is left out: its errors are thrown as well.
      { logger: ['fatal'], abortOnError: false },
    )
    // Once: whoever sends it a second time does not want to wait. When all is closed, the process ends by itself.
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop())
    await app.listen(settings.port, '127.0.0.1')
    app.useLogger(['log', 'warn', 'error', 'fatal'])
    process.stdout.write(`Listening on ${await app.getUrl()}\n`)
  } catch (error) {
    await stop()
    throw error
  }
}
