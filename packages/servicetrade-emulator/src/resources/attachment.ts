import { Router } from 'express'
import { entityOf, ofEntity, requireEntity } from './belonging.ts'
import type { Database } from './database.ts'
import type { Attachment } from './entities.ts'
import { nullable, number, text, texts, whole } from './fields.ts'
import { anyOf } from './filters.ts'
import { readMultipart, upload } from './multipart.ts'
import type { Resource } from './resource.ts'

/** Job paperwork, job QC picture, generic, avatar, job invoice, job summary, quote approval. */
const purposes = [1, 3, 7, 8, 14, 15, 16]

type NewAttachment = Omit<Attachment, 'description' | 'visibility'> & Partial<Attachment>

export const attachment: Resource<Attachment> = {
  kind: 'attachment',
  key: 'attachments',
  limit: { default: 100, max: 2000 },
  fields: {
    purposeId: number(purposes),
    entityType: whole,
    entityId: whole,
    description: nullable(text),
    visibility: texts,
    uploadedFile: upload,
  },
  required: ['purposeId', 'entityType', 'entityId', 'uploadedFile'],
  fixed: ['entityType', 'entityId'],
  filters: { purposeId: anyOf((one) => one.purposeId) },
  scope: ofEntity,
  parse: readMultipart,
  create: (fields, { db }) => {
    const given = fields as NewAttachment
    requireEntity(given, db)
    return db.attachment.insert({ description: null, visibility: [], ...given })
  },
  update: (one, fields, { db }) => {
    db.attachment.update(one, fields)
  },
  remove: (one, { db }) => db.attachment.remove(one),
  render: (one, db) => {
    const { entityType: _type, entityId: _id, uploadedFile: file, ...rest } = one
    return {
      uri: db.uri('attachment', one.id),
      ...rest,
      fileName: file.name,
      fileType: file.type,
      checksum: file.checksum,
      contentUrl: `${db.url}/files/${one.id}`,
      entity: entityOf(one, db),
      scanStatus: 'clean',
    }
  },
}

/** Where `contentUrl` points. As with the vendor's storage, it takes no session. */
export function filesRouter(databases: readonly Database[]): Router {
  const router = Router()
  router.get('/:id', (request, response) => {
    const id = Number(request.params.id)
    const file = databases.map((db) => db.attachment.get(id)).find((one) => one !== undefined)?.uploadedFile
    if (file === undefined) return void response.status(404).end()
    return void response.set('content-type', file.type).end(file.bytes)
  })
  return router
}
