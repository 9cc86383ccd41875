import type { Authenticator } from '@latchkey/core'
import { SessionAuthenticator, type SessionAuthenticatorOptions } from './session-authenticator.ts'

type Given = { readonly [N in keyof SessionAuthenticatorOptions]: SessionAuthenticatorOptions[N] | undefined }

/** The authenticator for what credentials there are: the one place that tells their kinds apart. */
export function createAuthenticator(given: Given): Authenticator {
  // It finds out for itself what is missing.
  return new SessionAuthenticator(given as SessionAuthenticatorOptions)
}
