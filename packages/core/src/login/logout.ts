import { withDeadline } from '../time/deadline.ts'
import { publish } from '../diagnostics.ts'
import type { Grant } from '../grant.ts'
import type { Parts } from './parts.ts'

/** Ends a grant on the server. Never rejects: resolves to the error, if there was one, and reports it. */
export async function endGrant(
  { authenticator, asAuthenticator, clock, settings }: Parts,
  grant: Grant,
  reason: 'requested' | 'unpublished',
): Promise<unknown> {
  if (authenticator.logout === undefined) return undefined
  const time = settings.loginTimeout
  const deadline = { clock, time, error: () => new Error(`The logout took longer than ${time} ms`) }
  let error: unknown
  try {
    await withDeadline(deadline, (signal) =>
      asAuthenticator((context) => authenticator.logout!(grant, { ...context, signal })),
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
