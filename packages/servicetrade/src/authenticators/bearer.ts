import type { AuthenticatorContext, Grant, ResetRequest } from '@latchkey/core'
import { ask } from './ask.ts'
import { credentialOf } from './credential.ts'

/** How a bearer token rides on requests, and what the server says of it. */
export class Bearer {
  readonly #oauth2: string
  readonly #origin: string
  readonly #userAgent: string

  constructor({ origin, apiPrefix, userAgent }: { origin: string; apiPrefix: string; userAgent: string }) {
    this.#oauth2 = `${apiPrefix}/oauth2`
    this.#origin = origin
    this.#userAgent = userAgent
  }

  authorize(grant: Grant): { authorization: string } {
    return { authorization: credentialOf(grant, 'Bearer ') }
  }

  /** A 401 on the token endpoints is about the credentials in the request. */
  isReset(statusCode: number, { path }: ResetRequest): boolean {
    if (statusCode !== 401) return false
    const resource = path.split('?', 1)[0]!.replace(/\/+$/, '')
    return !resource.startsWith(`${this.#oauth2}/`) || resource === `${this.#oauth2}/userinfo`
  }

  async probe(grant: Grant, context: AuthenticatorContext): Promise<boolean> {
    const headers = this.authorize(grant)
    const { status } = await ask(
      { method: 'GET', origin: this.#origin, path: `${this.#oauth2}/userinfo`, userAgent: this.#userAgent, headers },
      context,
    )
    if (status === 401) return false
    if (status === 200) return true
    throw new Error(`The probe was answered ${status}, which tells nothing`)
  }
}
