import { ServiceTradeModule } from '@latchkey/nestjs/servicetrade'
import { Module } from '@nestjs/common'
import { Config } from '../config.ts'
import { RedisConnection } from './redis-connection.ts'
import { RedisModule } from './redis.module.ts'

/** One session for each account, whichever instance needs it. */
@Module({
  imports: [
    ServiceTradeModule.forAccountsAsync({
      // Nest ends global modules last, and Redis has to outlive the sessions that are kept in it.
      isGlobal: false,
      imports: [RedisModule],
      inject: [Config, RedisConnection],
      useFactory: ({ accounts, serviceTradeUrl }: Config, { store }: RedisConnection) => ({
        store,
        baseUrl: serviceTradeUrl,
        credentials: (account) => accounts.get(account)!,
      }),
    }),
  ],
  exports: [ServiceTradeModule],
})
export class SessionsModule {}
