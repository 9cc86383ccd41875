import { ApiError } from '../envelope.ts'
import type { Database } from './database.ts'
import type { User } from './entities.ts'
import { anyOf, contains, is } from './filters.ts'
import type { Resource } from './resource.ts'

const roles = ['isTech', 'isHelper', 'isTechOrHelper'] as const

/** Lists the active users of one's own company. */
export const user: Resource<User> = {
  kind: 'user',
  key: 'users',
  limit: { default: 100, max: 2000 },
  fields: {},
  filters: {
    name: contains((one) => `${one.firstName} ${one.lastName}`),
    username: anyOf((one) => one.username),
    isTech: is((one) => one.isTech),
    isHelper: is((one) => one.isHelper),
    isTechOrHelper: is((one) => one.isTech || one.isHelper),
  },
  scope: (query, { companyId }) => {
    if (roles.filter((role) => query[role] !== undefined).length > 1) {
      throw new ApiError(400, `Only one of ${roles.join(', ')} can be given`)
    }
    return (one) => one.companyId === companyId && one.status === 'active'
  },
  render: renderUser,
}

export function renderUser(one: User, db: Database): object {
  const { companyId, ...rest } = one
  return {
    uri: db.uri('user', one.id),
    ...rest,
    name: `${one.firstName} ${one.lastName}`,
    company: db.ref('company', companyId),
  }
}
