import { createHmac } from 'node:crypto'
import { kinds, type OptionKind, takeOption } from './options.ts'

/** An unset variable is a mistake; an empty one may be somebody's second secret. */
const anyText: OptionKind<string> = {
  takes: 'a string',
  read: (value) => (typeof value === 'string' ? value : undefined),
}

/**
 * A keyed hash that tells one set of credentials from another: for {@link Authenticator.fingerprint}.
 * The subject and the secrets are its key, so equal passwords of two users give unlike fingerprints. It
 * becomes part of the store key, which therefore deserves the care that the store's content gets.
 *
 * @param subject whose credentials they are
 * @param secrets all that make up the credentials, in a fixed order
 * @throws {ConfigurationError} for what is not a string, such as a variable that is not set
 */
export function fingerprint(subject: string, ...secrets: [string, ...string[]]): string {
  takeOption('subject', subject, kinds.text())
  for (const [index, secret] of secrets.entries()) {
    const name = `secrets[${index}]`
    takeOption(name, secret, anyText)
  }
  return createHmac('sha256', JSON.stringify([subject, ...secrets]))
    .update('latchkey fingerprint 1')
    .digest()
    .subarray(0, 16)
    .toString('base64url')
}
