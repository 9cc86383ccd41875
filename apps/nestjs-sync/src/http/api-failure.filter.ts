import type { ServerResponse } from 'node:http'
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import { ApiFailure } from '../sync/api-failure.ts'

/** Answers a request that ServiceTrade failed, as `SessionExceptionFilter` does one that failed for want of a session. */
@Catch(ApiFailure)
export class ApiFailureFilter implements ExceptionFilter<ApiFailure> {
  catch({ code, retryAfter }: ApiFailure, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>()
    const isBusy = code === 'HTTP_429'
    const status = isBusy ? 503 : 502
    const title = isBusy ? 'Service Unavailable' : 'Bad Gateway'
    const detail = isBusy ? 'The upstream API wants a pause.' : 'The upstream API failed.'
    if (retryAfter !== undefined) response.setHeader('retry-after', Math.max(1, Math.ceil(retryAfter / 1000)))
    response.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    response.end(JSON.stringify({ type: 'about:blank', title, status, detail, code }))
  }
}
