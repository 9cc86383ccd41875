import { type DynamicModule, Module } from '@nestjs/common'
import { ScheduleModule } from '@nestjs/schedule'
import { Config } from './config.ts'
import { HttpModule } from './http/http.module.ts'
import { SyncModule } from './sync/sync.module.ts'

@Module({ imports: [ScheduleModule.forRoot(), SyncModule, HttpModule] })
export class AppModule {
  static with(config: Config): DynamicModule {
    const provider = { provide: Config, useValue: config }
    return { module: AppModule, global: true, providers: [provider], exports: [provider] }
  }
}
