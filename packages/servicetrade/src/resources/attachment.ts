import type { AttachmentPurposeId } from './attachment-purposes.ts'
import type { EntityRef, Resource } from './resource.ts'

/** `/attachment`. Its list wants `entityType` and `entityId`, and is answered 405 without them. */
export interface Attachment extends Resource {
  /** Where the file itself is. */
  contentUrl: string
  /** md5, hex. */
  checksum: string
  fileName: string
  /** A MIME type. */
  fileType: string
  /** One of {@link attachmentPurposes}. */
  purposeId: AttachmentPurposeId | (number & {})
  entity: EntityRef
  /** Which ones there are is not documented: `'clean'`, … */
  scanStatus: string
  description?: string | null
  visibility?: string[]
}
