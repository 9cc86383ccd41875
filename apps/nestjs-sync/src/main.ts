import { ConfigurationError } from '@latchkey/core'
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.module.ts'
import { readServices, readSettings } from './config.ts'

try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(2)
}

async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const given = readServices(process.env)
  const local = given === undefined ? await (await import('./local-services.ts')).startLocalServices() : undefined
  const { accounts, serviceTradeUrl, redisUrl } = given ?? local!
  const database = settings.database ?? (local === undefined ? 'nestjs-sync.db' : ':memory:')

  const app = await NestFactory.create(
    AppModule.with({ ...settings, accounts, serviceTradeUrl, redisUrl, database }),
    // What Nest says of its own start is left out.
    { logger: ['warn', 'error', 'fatal'], abortOnError: false },
  )

  const stop = async (): Promise<void> => {
    await app.close()
    await local?.stop()
  }
  // Once: whoever sends it a second time does not want to wait. When all is closed, the process ends by itself.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop())

  await app.init()
  app.useLogger(['log', 'warn', 'error', 'fatal'])
  await app.listen(settings.port, '127.0.0.1')
  process.stdout.write(`Listening on ${await app.getUrl()}\n`)
}
