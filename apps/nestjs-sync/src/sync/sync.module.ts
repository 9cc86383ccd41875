import { Module } from '@nestjs/common'
import { DatabaseModule } from '../database/database.module.ts'
import { SessionsModule } from '../sessions/sessions.module.ts'
import { Changes } from './changes.ts'
import { Comparison } from './comparison.ts'
import { SyncSchedule } from './sync.schedule.ts'
import { SyncService } from './sync.service.ts'

@Module({
  imports: [DatabaseModule, SessionsModule],
  providers: [Changes, Comparison, SyncService, SyncSchedule],
  exports: [SyncService],
})
export class SyncModule {}
