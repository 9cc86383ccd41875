import { entityOf, ofEntity, requireEntity } from './belonging.ts'
import type { Comment } from './entities.ts'
import { flag, text, texts, whole } from './fields.ts'
import type { Resource } from './resource.ts'

type NewComment = Pick<Comment, 'entityId' | 'entityType' | 'content'> & Partial<Comment>

export const comment: Resource<Comment> = {
  kind: 'comment',
  key: 'comments',
  limit: { default: 100, max: 2000 },
  fields: { entityType: whole, entityId: whole, content: text, visibility: texts, pinned: flag },
  required: ['entityType', 'entityId', 'content'],
  fixed: ['entityType', 'entityId'],
  filters: {},
  scope: ofEntity,
  create: (fields, { db, userId }) => {
    const given = fields as NewComment
    requireEntity(given, db)
    return db.comment.insert({ visibility: [], pinned: false, authorId: userId, ...given })
  },
  update: (one, fields, { db }) => {
    db.comment.update(one, fields)
  },
  remove: (one, { db }) => db.comment.remove(one),
  render: (one, db) => {
    const { entityType: _type, entityId: _id, authorId, ...rest } = one
    return {
      uri: db.uri('comment', one.id),
      ...rest,
      entity: entityOf(one, db),
      author: db.ref('user', authorId),
    }
  },
}
