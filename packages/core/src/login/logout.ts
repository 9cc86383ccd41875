import { withDeadline } from '../time/deadline.ts'
import { publish } from '../diagnostics.ts'
import { LatchkeyError } from '../errors.ts'
import type { Grant } from '../grant.ts'
import { logout } from '../rules/rules.ts'
import type { StoreLedger } from '../store/ledger.ts'
import { randomId } from '../random-id.ts'
import type { Parts } from './parts.ts'

/** Ends a grant on the server. Never rejects: resolves to the error, if there was one, and reports it. */
export async function endGrant(
  { authenticator, authenticating, clock, settings }: Parts,
  grant: Grant,
  reason: 'requested' | 'unpublished',
): Promise<unknown> {
  if (authenticator.logout === undefined) return undefined
  const time = settings.loginTimeout
  const deadline = { clock, time, error: () => new Error(`The logout took longer than ${time} ms`) }
  let error: unknown
  try {
    await withDeadline(deadline, (signal) =>
      authenticating.run((context) => authenticator.logout!(grant, { ...context, signal, reason })),
    )
  } catch (cause) {
    error = cause
  }
  publish('latchkey:logout', () => ({
    subject: authenticator.subject,
    reason,
    ...(error === undefined ? {} : { error }),
  }))
  return error
}

/** Ends the session on the server and in the store. The store first: nobody is to adopt what is about to end. */
export async function endForEveryone(parts: Parts, ledger: StoreLedger, own: Grant | undefined): Promise<void> {
  const { subject, revocable } = parts.authenticator
  const grants = new Map<string, Grant>(own === undefined ? [] : [[own.id, own]])
  let storeError: unknown
  try {
    await ledger.update((state) => {
      if (state.grant !== null) grants.set(state.grant.id, state.grant)
      return logout(state, randomId(), { revocable })
    })
  } catch (error) {
    storeError = error
  }
  const errors = await Promise.all([...grants.values()].map((grant) => endGrant(parts, grant, 'requested')))
  const cause = errors.find((error) => error !== undefined)
  if (cause !== undefined)
    throw new LatchkeyError('LOGOUT_FAILED', 'The server did not confirm the logout', { subject, cause })
  if (storeError !== undefined) throw storeError
}
