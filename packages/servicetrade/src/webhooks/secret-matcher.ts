import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type OptionKind, takeOption } from '@latchkey/core'

const secretKind: OptionKind<string> = {
  isSecret: true,
  takes: 'a secret of 20 to 200 characters out of A-Z, a-z, 0-9, - and _',
  read: (value) => (typeof value === 'string' && /^[\w-]{20,200}$/.test(value) ? value : undefined),
}

/**
 * Guards the path of a webhook: the API signs nothing (documented by the vendor), so a path that nobody can guess is
 * all that tells its messages from anybody's. Returns a function that says whether a candidate is the secret, in a
 * time that tells nothing of the secret.
 *
 * @throws {ConfigurationError} for a secret that is too short, too long, or not fit for a URL as it is
 */
export function secretMatcher(secret: string): (candidate: unknown) => boolean {
  const key = randomBytes(32)
  // Hashed, both are of one length, and where they first differ tells nothing: the key is nobody's.
  const hash = (text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const expected = hash(takeOption('secret', secret, secretKind))
  return (candidate) => typeof candidate === 'string' && timingSafeEqual(hash(candidate), expected)
}
