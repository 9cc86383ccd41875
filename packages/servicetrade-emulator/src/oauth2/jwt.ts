import { createHmac, randomBytes } from 'node:crypto'

/** Makes JWTs, signed with a key that nobody else has. */
export function createSigner(): (claims: object) => string {
  const key = randomBytes(32)
  const header = encode({ alg: 'HS256', typ: 'JWT' })
  return (claims) => {
    const signed = `${header}.${encode(claims)}`
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
  }
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
