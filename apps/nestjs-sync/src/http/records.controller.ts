import {
  BadRequestException,
  Controller,
  DefaultValuePipe,
  Get,
  Param,
  ParseBoolPipe,
  ParseIntPipe,
  Query,
} from '@nestjs/common'
import { Records, type StoredEntity } from '../database/records.ts'
import { KnownAccount } from './known-account.pipe.ts'
import { KnownResource } from './known-resource.pipe.ts'
import type { ResourceName } from '../sync/resources.ts'

const most = 1_000

/** Reads the local tables. ServiceTrade is asked nothing. */
@Controller('accounts/:account')
export class RecordsController {
  constructor(private readonly records: Records) {}

  @Get(':resource')
  list(
    @Param('account', KnownAccount) account: string,
    @Param('resource', KnownResource) resource: ResourceName,
    @Query('gone', new DefaultValuePipe(false), ParseBoolPipe) gone: boolean,
    @Query('after', new DefaultValuePipe(0), ParseIntPipe) after: number,
    @Query('limit', new DefaultValuePipe(100), ParseIntPipe) limit: number,
    @Query('status') status?: string,
  ): StoredEntity[] {
    if (Array.isArray(status)) throw new BadRequestException('status takes one status')
    if (limit < 1 || limit > most) throw new BadRequestException(`limit takes 1 to ${most}`)
    return this.records.of(resource).select(account, { status, gone, after, limit })
  }
}
