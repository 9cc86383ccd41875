import { Injectable, NotFoundException, type PipeTransform } from '@nestjs/common'
import { Config } from '../config.ts'

/** Lets through the names of accounts that this service knows. */
@Injectable()
export class KnownAccount implements PipeTransform<string, string> {
  constructor(private readonly config: Config) {}

  transform(account: string): string {
    if (this.config.accounts.has(account)) return account
    throw new NotFoundException('There is no such account.')
  }
}
