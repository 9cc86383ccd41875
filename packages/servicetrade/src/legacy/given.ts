import type { Grant } from '@latchkey/core'
import type { Caller } from '../drop-in/caller.ts'
import { HttpError } from '../drop-in/http-error.ts'
import type { Account } from './account.ts'

/** What the user has put on requests by hand, or `login()` where nothing else may log in. */
export interface Given {
  /** A whole `Cookie` header. */
  readonly cookie?: string | undefined
  readonly bearer?: string | undefined
  /** Which the cookie was made of. */
  readonly grant?: Grant | undefined
}

export function isNothing({ cookie, bearer }: Given): boolean {
  return cookie === undefined && bearer === undefined
}

export function headersOf({ cookie, bearer }: Given): Record<string, string> {
  return {
    ...(cookie !== undefined && { cookie }),
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
  }
}

/** Whether a failure says that what was given is dead. */
export function isDead(given: Given, error: unknown, account: Account): boolean {
  if (!(error instanceof HttpError) || error.status === undefined) return false
  // A bearer token is no session, so what the server says of the session means nothing.
  if (given.bearer !== undefined) return error.status === 401
  const { method, url } = error.config
  return account.isReset({ statusCode: error.status, headers: {} }, { method, path: `/api${url}` })
}

/** Asks the server, for a body that can be sent once only. */
export async function isHonoured(given: Given, caller: Caller, account: Account): Promise<boolean> {
  const path = given.bearer === undefined ? '/auth' : '/oauth2/userinfo'
  try {
    await caller.send({ method: 'GET', path, headers: headersOf(given) })
    return true
  } catch (error) {
    return !isDead(given, error, account)
  }
}

/** Ends what was given. What is dead already is as good. */
export async function end(given: Given, caller: Caller): Promise<void> {
  try {
    await caller.send({ method: 'DELETE', path: '/auth', headers: headersOf(given) })
  } catch (error) {
    if (!(error instanceof HttpError) || (error.status !== 401 && error.status !== 404)) throw error
  }
}
