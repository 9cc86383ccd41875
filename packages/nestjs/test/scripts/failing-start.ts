// An application whose start fails after its emulator was started and used; whoever runs it survives that, as test
// runners do.
import { getEmulatorToken, ServiceTradeTestingModule } from '@latchkey/nestjs/testing'
import { ServiceTrade } from '@latchkey/servicetrade'
import type { Emulator } from '@latchkey/servicetrade-emulator'
import { NestFactory } from '@nestjs/core'

class Root {}
const failing = {
  provide: 'failing',
  inject: [ServiceTrade, getEmulatorToken()],
  useFactory: async (st: ServiceTrade, { counters }: Emulator) => {
    await st.get('/job/1')
    throw new Error(`no start after ${counters.logins} login`)
  },
}
const root = { module: Root, imports: [ServiceTradeTestingModule.forRoot()], providers: [failing] }
await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false }).catch((error: unknown) => {
  process.stdout.write(String(error))
})
