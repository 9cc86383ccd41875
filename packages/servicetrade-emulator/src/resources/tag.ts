import { ApiError } from '../envelope.ts'
import type { Database } from './database.ts'
import type { Tag } from './entities.ts'
import { text } from './fields.ts'
import { contains } from './filters.ts'
import type { Resource } from './resource.ts'

export const tag: Resource<Tag> = {
  kind: 'tag',
  key: 'tags',
  limit: { default: 100, max: 2000 },
  fields: { name: text },
  required: ['name'],
  filters: { name: contains((one) => one.name) },
  create: (fields, { db }) => {
    const { name } = fields as Pick<Tag, 'name'>
    return named(name, db) ?? db.tag.insert({ name })
  },
  update: (one, fields, { db }) => {
    const taken = fields.name === undefined ? undefined : named(fields.name, db)
    if (taken !== undefined && taken !== one) throw new ApiError(409, 'Another tag has that name')
    db.tag.update(one, fields)
  },
  remove: (one, { db }) => db.tag.remove(one),
  render: (one, db) => ({ uri: db.uri('tag', one.id), ...one }),
}

const named = (name: string, db: Database) => db.tag.all().find((one) => one.name === name)
