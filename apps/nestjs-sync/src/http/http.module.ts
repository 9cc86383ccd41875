import { SessionExceptionFilter } from '@latchkey/nestjs'
import { LatchkeyHealthIndicator } from '@latchkey/nestjs/terminus'
import { Module } from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { TerminusModule } from '@nestjs/terminus'
import { DatabaseModule } from '../database/database.module.ts'
import { SessionsModule } from '../sessions/sessions.module.ts'
import { SyncModule } from '../sync/sync.module.ts'
import { AccountsController } from './accounts.controller.ts'
import { ApiFailureFilter } from './api-failure.filter.ts'
import { HealthController } from './health.controller.ts'
import { RecordsController } from './records.controller.ts'

@Module({
  // What a health check finds is in its answer, and need not be logged with each.
  imports: [TerminusModule.forRoot({ logger: false }), DatabaseModule, SessionsModule, SyncModule],
  controllers: [AccountsController, HealthController, RecordsController],
  providers: [
    LatchkeyHealthIndicator,
    { provide: APP_FILTER, useClass: SessionExceptionFilter },
    { provide: APP_FILTER, useClass: ApiFailureFilter },
  ],
})
export class HttpModule {}
