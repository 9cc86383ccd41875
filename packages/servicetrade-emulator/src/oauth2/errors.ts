import type { ErrorRequestHandler, Response } from 'express'
import { ApiError, isUnreadable } from '../envelope.ts'
import { drain } from '../traffic.ts'

const statuses = {
  invalid_request: 400,
  unsupported_grant_type: 400,
  invalid_client: 401,
  invalid_grant: 401,
  too_many_requests: 429,
} as const

export type OAuth2ErrorCode = keyof typeof statuses

/** An answer outside of the envelope that is not the wanted one. */
export class OAuth2Error extends Error {
  readonly code: OAuth2ErrorCode

  constructor(code: OAuth2ErrorCode, description: string) {
    super(description)
    this.code = code
  }
}

export function answerOAuth2Error(response: Response, { code, message }: OAuth2Error): void {
  response.status(statuses[code]).json({ error: code, error_description: message })
}

/** Makes an {@link OAuth2Error} of what the body parsers throw. */
export function oauth2Errors(): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (error instanceof OAuth2Error) return answerOAuth2Error(response, error)
    if (error instanceof ApiError || !isUnreadable(error)) return next(error)
    await drain(request)
    return answerOAuth2Error(response, new OAuth2Error('invalid_request', 'The request body cannot be read'))
  }
}
