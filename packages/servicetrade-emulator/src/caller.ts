import type { Request } from 'express'
import type { Session } from './sessions.ts'
import type { State } from './state.ts'

/** Who a request comes from. */
export interface Caller {
  readonly username: string
  /** Where a cookie says so; a bearer token has none. */
  readonly session?: Session | undefined
}

/** Who the request says that it comes from, if that is true. A bearer token wins over a cookie, even a dead one. */
export function presentedCaller({ sessions, tokens }: State, request: Request): Caller | undefined {
  const bearer = bearerOf(request)
  if (bearer !== undefined) {
    const client = tokens.use(bearer)
    return client && { username: client.user.user.username }
  }
  const session = sessions.use(cookieOf(request))
  return session && { username: session.username, session }
}

/** The same, unless a fault says that nobody is served. */
export function servedCaller(state: State, request: Request): Caller | undefined {
  return state.faults.rejectSessions ? undefined : presentedCaller(state, request)
}

function bearerOf({ headers }: Request): string | undefined {
  const match = /^bearer(?: +(.*))?$/i.exec(headers.authorization ?? '')
  return match === null ? undefined : (match[1] ?? '')
}

function cookieOf({ headers }: Request): string | undefined {
  return /(?:^|;)\s*PHPSESSID=([^;\s]*)/.exec(headers.cookie ?? '')?.[1]
}
