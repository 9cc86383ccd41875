import {
  callerHasLeft,
  contentHeaders,
  isCallerGone,
  LatchkeyError,
  type OptionKind,
  problemResponse,
  takeOption,
} from '@latchkey/core'
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Logger } from '@nestjs/common'
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core'
import { answerOf } from './caller-signal.ts'

/** What a call ends with when `@CallerSignal()` is aborted, and nothing else, so that no other filter loses any. */
class CallerGone extends DOMException {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isCallerGone(value)
  }
}

const hostKind: OptionKind<HttpAdapterHost> = {
  takes: 'app.get(HttpAdapterHost)',
  read: (value) =>
    Object(value) === value && 'httpAdapter' in (value as object) ? (value as HttpAdapterHost) : undefined,
}

/**
 * Answers a request that failed for want of a session with an RFC 9457 problem document that tells the caller when to
 * come back, and nothing of users, servers or secrets. What is not about the session goes on to Nest's own handling. A
 * caller who has gone away is answered nothing. For HTTP: in any other context it throws what it catches.
 *
 * Each error is logged once, however many requests fail with it: as a warning, or on level debug if nobody is left
 * to be answered.
 */
export class SessionExceptionFilter implements ExceptionFilter {
  readonly #host: HttpAdapterHost
  readonly #logger = new Logger('Latchkey')
  readonly #logged = new WeakSet<object>()

  /** @throws {ConfigurationError} without the application's host of its HTTP adapter, `app.get(HttpAdapterHost)` */
  constructor(host: HttpAdapterHost) {
    this.#host = takeOption('SessionExceptionFilter', host, hostKind)
  }

  catch(exception: LatchkeyError | DOMException, context: ArgumentsHost): void {
    if (context.getType() !== 'http') throw exception
    const answer = answerOf(context)
    const problem = problemResponse(exception)
    const adapter = this.#host.httpAdapter
    // What is wrong with the program itself is to be heard of, whoever is left.
    const isOfSession = problem !== undefined || isCallerGone(exception)
    if (isOfSession && callerHasLeft(answer)) return this.#log('debug', exception)
    if (problem === undefined) return new BaseExceptionFilter(adapter).catch(exception, context)
    this.#log('warn', exception)
    const response = context.switchToHttp().getResponse<{ removeHeader(name: string): unknown }>()
    if (answer.headersSent) {
      // Half an answer must not pass for a whole one.
      answer.destroy()
      return
    }
    for (const name of contentHeaders) response.removeHeader(name)
    for (const [name, value] of Object.entries(problem.headers)) adapter.setHeader(response, name, value)
    // As text: Nest 11 would call an object plain JSON.
    adapter.reply(response, JSON.stringify(problem.body), problem.status)
  }

  #log(level: 'debug' | 'warn', error: LatchkeyError | DOMException): void {
    if (this.#logged.has(error)) return
    this.#logged.add(error)
    this.#logger[level](error instanceof LatchkeyError ? `${error.code}: ${error.message}` : error.message)
  }
}

Catch(LatchkeyError, CallerGone)(SessionExceptionFilter)
Inject(HttpAdapterHost)(SessionExceptionFilter, undefined, 0)
