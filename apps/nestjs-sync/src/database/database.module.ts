import { Module } from '@nestjs/common'
import { Database } from './database.ts'
import { Outcomes } from './outcomes.ts'
import { Progresses } from './progresses.ts'
import { Records } from './records.ts'

@Module({ providers: [Database, Records, Progresses, Outcomes], exports: [Database, Records, Progresses, Outcomes] })
export class DatabaseModule {}
