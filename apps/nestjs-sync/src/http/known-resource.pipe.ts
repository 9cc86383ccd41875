import { Injectable, NotFoundException, type PipeTransform } from '@nestjs/common'
import { type ResourceName, resourceNames } from '../sync/resources.ts'

/** Lets through the names of what is kept in step. */
@Injectable()
export class KnownResource implements PipeTransform<string, ResourceName> {
  transform(given: string): ResourceName {
    const known = resourceNames.find((name) => name === given)
    if (known !== undefined) return known
    throw new NotFoundException('There is no such table.')
  }
}
