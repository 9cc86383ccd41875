import type { ServerResponse } from 'node:http'
import {
  ConfigurationError,
  type ErrorCode,
  errorCodes,
  LatchkeyError,
  LoginFailedError,
  LoginRefusedError,
  LoginThrottledError,
  SessionResetError,
  TokenStoreError,
} from '@latchkey/core'
import { CallerSignal, SessionExceptionFilter } from '@latchkey/nestjs'
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  NotFoundException,
  Param,
  Res,
  UseFilters,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'

const subject = 'api.example.com/somebody'
export const errors: Record<ErrorCode, Error> = {
  CONFIGURATION: new ConfigurationError('path', 'a string', 1),
  LOGIN_FAILED: new LoginFailedError('no luck', { subject }),
  LOGIN_REFUSED: new LoginRefusedError('no', { subject, retryAfter: 60_000 }),
  LOGIN_THROTTLED: new LoginThrottledError('not now', { subject, retryAfter: 1_500 }),
  LOGOUT_FAILED: new LatchkeyError('LOGOUT_FAILED', 'perhaps', { subject }),
  SESSION_CLOSED: new LatchkeyError('SESSION_CLOSED', 'closed', { subject }),
  SESSION_RESET: new SessionResetError('too long', { subject, reason: 'body-too-large' }),
  SESSION_TIMEOUT: new LatchkeyError('SESSION_TIMEOUT', 'too late', { subject }),
  TOKEN_STORE: new TokenStoreError('out of reach', { subject }),
}
export const problems = errorCodes.filter((code) => code !== 'CONFIGURATION')

@Controller()
export class Failing {
  readonly halfIsRead = Promise.withResolvers<void>()
  readonly isWaiting = Promise.withResolvers<void>()

  @Get('errors/:code')
  fail(@Param('code') code: ErrorCode): never {
    throw errors[code]
  }

  @Get('half')
  async failLate(@Res() response: ServerResponse | { raw: ServerResponse }): Promise<never> {
    const answer = 'raw' in response ? response.raw : response
    answer.writeHead(200, { 'content-length': 10 }).write('half')
    await this.halfIsRead.promise
    throw errors.SESSION_TIMEOUT
  }

  @Get('nothing')
  miss(): never {
    throw new NotFoundException('nothing here')
  }

  @Get('bug')
  async failForNobody(@CallerSignal() signal: AbortSignal): Promise<never> {
    this.isWaiting.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw errors.CONFIGURATION
  }

  @Get('another-abort')
  abortOtherwise(): never {
    throw new DOMException('another abort', 'AbortError')
  }

  @Get('file')
  failToSend(@Res({ passthrough: true }) response: { header(name: string, value: string): unknown }): never {
    for (const name of ['content-encoding', 'content-disposition', 'content-length', 'etag']) response.header(name, '3')
    response.header('x-request-id', '3')
    throw errors.SESSION_TIMEOUT
  }
}

/** Somebody else's. */
@Catch(DOMException)
export class AbortFilter implements ExceptionFilter {
  readonly #host: HttpAdapterHost

  constructor(host: HttpAdapterHost) {
    this.#host = host
  }

  catch({ message }: DOMException, context: ArgumentsHost): void {
    this.#host.httpAdapter.reply(context.switchToHttp().getResponse(), message, 418)
  }
}

@Controller()
@UseFilters(SessionExceptionFilter)
export class Guarded extends Failing {}
