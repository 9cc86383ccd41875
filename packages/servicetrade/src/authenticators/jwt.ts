import { isRecord } from '../envelope.ts'

/** The times that a JWT tells of itself, epoch ms on the clock of whoever made it. */
export interface JwtTimes {
  readonly issuedAt: number | undefined
  readonly expiresAt: number
}

/**
 * When a token ends, if it is a JWT that says so; `undefined` for an opaque one. The signature is not looked at: it is
 * the server who must believe the token.
 */
export function jwtTimes(token: string): JwtTimes | undefined {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return undefined
  let claims: unknown
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
  if (!isRecord(claims) || !isNumber(claims['exp'])) return undefined
  return { expiresAt: claims['exp'] * 1_000, issuedAt: isNumber(claims['iat']) ? claims['iat'] * 1_000 : undefined }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
