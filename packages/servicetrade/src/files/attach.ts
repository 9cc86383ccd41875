import { kinds, takeOption } from '@latchkey/core'
import { type Query, toText } from '../query.ts'
import type { AttachmentPurposeId } from '../resources/attachment-purposes.ts'
import type { EntityTypeId } from '../resources/entity-types.ts'
import { type AttachFile, openUpload, type Upload } from './upload.ts'

/** What the file is attached to, and how it shows. Others are sent, too, as in a query. */
export type AttachParams = Query & {
  /** 1 job paperwork, 3 job picture, 7 generic, 14 job invoice, 15 job summary, 16 quote approval. */
  readonly purposeId: AttachmentPurposeId | (number & {})
  /** 3 job, 5 company, 9 quote, 11 location, 16 appointment, … */
  readonly entityType: EntityTypeId | (number & {})
  readonly entityId: number
}

const id = kinds.wholeNumber()

/** @throws {ConfigurationError} */
export function toUpload(params: AttachParams, file: AttachFile): Upload {
  for (const name of ['purposeId', 'entityType', 'entityId'] as const) {
    const option = `params.${name}`
    takeOption(option, params?.[name], id)
  }
  const fields = Object.entries(params).flatMap(([name, value]) => {
    const text = toText(`params.${name}`, value)
    return text === undefined ? [] : [[name, text] as const]
  })
  return openUpload(fields, file)
}
