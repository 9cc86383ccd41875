import type { Resource, ResourceRef } from './resource.ts'
import type { ServiceLine } from './service-line.ts'

/**
 * `/user`. Its list shows active users of one's own company; of `isTech`, `isHelper` and `isTechOrHelper` it takes
 * one at a time.
 */
export interface User extends Resource {
  name: string
  /** Which others there are is not documented. */
  status: 'active' | (string & {})
  firstName: string
  lastName: string
  username: string
  email: string
  phone: string
  /** `'America/New_York'`, … */
  timezone: string
  isTech: boolean
  isHelper: boolean
  company: ResourceRef | null
}

/** The user whose session it is. */
export interface SessionUser extends Omit<User, 'created' | 'updated'> {
  /** URLs of pictures. */
  avatar: { small: string; medium: string; large: string }
  account: { id: number; name: string }
  serviceLines: Partial<ServiceLine>[]
}

/** `GET /auth`: who one is. It holds the session's token, so keep it out of logs. */
export interface CurrentUser {
  authenticated: boolean
  eulaNeeded: boolean
  /** A secret. */
  authToken: string | null
  user: SessionUser | null
  /** `'production'`, … */
  environment: string
  isDemo: boolean
}
