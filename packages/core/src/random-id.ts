import { randomBytes } from 'node:crypto'

/** 128 random bits: what tells grants and flights apart. Shorter than a UUID, of which a store would keep many. */
export function randomId(): string {
  return randomBytes(16).toString('base64url')
}
