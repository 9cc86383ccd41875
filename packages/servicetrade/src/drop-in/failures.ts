import { LatchkeyError, LoginError, LoginFailedError, LoginRefusedError } from '@latchkey/core'
import type { Answer } from '../exchange.ts'
import { toResponse } from './answer.ts'
import { HttpError, type HttpErrorConfig, statusError } from './http-error.ts'

export interface FailureContext {
  readonly config?: HttpErrorConfig | undefined
  /** What the server said, if this process asked it. */
  readonly answer?: Answer | undefined
  /** The status that a refusal of credentials has, where nobody in this process has seen one. */
  readonly refusedStatus?: number | undefined
  /** What the server may have quoted. */
  readonly secrets?: readonly string[] | undefined
}

const networkCodes: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_HEADERS_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_BODY_TIMEOUT: 'ETIMEDOUT',
}

/** A failure as the SDKs' users expect it. What is ours alone, a bad option say, passes through. */
export function toFailure(error: unknown, context: FailureContext = {}): unknown {
  if (error instanceof LoginError) return loginFailure(error, context)
  if (error instanceof LatchkeyError && error.code === 'LOGOUT_FAILED') {
    return answerFailure(error, context) ?? networkFailure(error, context) ?? error
  }
  if (error instanceof LatchkeyError || error instanceof HttpError) return error
  return networkFailure(error, context) ?? error
}

function loginFailure(error: LoginError, context: FailureContext): HttpError {
  const told = answerFailure(error, context)
  if (told !== undefined) return told
  const { config, refusedStatus = 403 } = context
  if (error instanceof LoginFailedError) {
    const { message } = error
    return networkFailure(error, context) ?? new HttpError({ message, code: 'ERR_BAD_RESPONSE', config, cause: error })
  }
  const isRefused = error instanceof LoginRefusedError
  const wait = error.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfter / 1_000)) }
  const response = {
    status: isRefused ? refusedStatus : 429,
    statusText: '',
    data: null,
    headers: isRefused ? {} : wait,
  }
  return statusError(response, { config, cause: error })
}

/** An answer that is no failure in itself may carry a session. */
function answerFailure(cause: unknown, { answer, config, secrets }: FailureContext): HttpError | undefined {
  if (answer === undefined || answer.status < 300) return undefined
  return statusError(toResponse(answer, secrets), { config, cause })
}

/** What Node and undici say of a connection that failed, in Node's words. */
function networkFailure(cause: unknown, { config }: FailureContext): HttpError | undefined {
  for (let one = cause; one instanceof Error; one = one.cause) {
    const { code, message } = one as NodeJS.ErrnoException
    if (one instanceof LatchkeyError || typeof code !== 'string') continue
    const known = networkCodes[code] ?? code
    return new HttpError({ message: message === '' ? known : message, code: known, config, cause })
  }
  return undefined
}
