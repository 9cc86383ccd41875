import { callerHasLeft, contentHeaders, kinds, type LatchkeyError, problemResponse, readOptions } from '@latchkey/core'
import type { Request } from 'express'
import type { ErrorMiddleware } from './middleware.ts'

export interface SessionErrorsOptions {
  /** Told of each error that is answered here: for a log. Whatever it throws is dropped. */
  onError?: ((error: LatchkeyError, req: Request) => unknown) | undefined
}

type OnError = NonNullable<SessionErrorsOptions['onError']>

const onErrorKind = kinds.callable<OnError>('a function of an error and a request')

/**
 * An error handler that answers what failed for want of a session with a problem document (RFC 9457), and drops what
 * failed because the caller had gone away. All other errors go on to the next handler.
 *
 * @throws {ConfigurationError} for an unknown option or a bad value
 */
export function sessionErrors(options: SessionErrorsOptions = {}): ErrorMiddleware {
  const { onError } = readOptions('sessionErrors', options, { onError: onErrorKind })
  // Express knows an error handler by its four parameters.
  return (error, req, res, next) => {
    if (callerHasLeft(res) && comesOfLeaving(error)) return
    const problem = problemResponse(error)
    if (problem === undefined || res.headersSent) {
      next(error)
      return
    }
    void tell(onError, error as LatchkeyError, req as Request)
    for (const name of contentHeaders) res.removeHeader(name)
    res.writeHead(problem.status, problem.headers).end(JSON.stringify(problem.body))
  }
}

async function tell(onError: OnError | undefined, error: LatchkeyError, req: Request): Promise<void> {
  try {
    await onError?.(error, req)
  } catch {
    // A log that fails is no reason to leave the caller without an answer.
  }
}

/** Calls end with an AbortError, pipelines into the response with a premature close, body parsers with their own. */
function comesOfLeaving(error: unknown): boolean {
  const { name, code, type } = (error ?? {}) as { name?: unknown; code?: unknown; type?: unknown }
  return name === 'AbortError' || code === 'ERR_STREAM_PREMATURE_CLOSE' || type === 'request.aborted'
}
