import { createHmac } from 'node:crypto'

/**
 * A keyed hash that tells one set of credentials from another: for {@link Authenticator.fingerprint}.
 * The subject and the secrets are its key, so equal passwords of two users give unlike fingerprints. It
 * becomes part of the store key, which therefore deserves the care that the store's content gets.
 *
 * @param subject whose credentials they are
 * @param secrets all that make up the credentials, in a fixed order
 */
export function fingerprint(subject: string, ...secrets: string[]): string {
  return createHmac('sha256', JSON.stringify([subject, ...secrets]))
    .update('latchkey fingerprint 1')
    .digest('base64url')
    .slice(0, 22)
}
