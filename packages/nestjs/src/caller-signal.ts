import type { ServerResponse } from 'node:http'
import { callerSignal, ConfigurationError } from '@latchkey/core'
import { type ArgumentsHost, createParamDecorator } from '@nestjs/common'

/**
 * Gives a controller's method an `AbortSignal` that is aborted when the caller goes away before its answer is
 * complete. Needs no request scope.
 *
 * @throws {ConfigurationError} when called for anything but an HTTP request
 */
export const CallerSignal: () => ParameterDecorator = createParamDecorator((_, context): AbortSignal => {
  if (context.getType() !== 'http') {
    throw new ConfigurationError('@CallerSignal()', 'a handler of HTTP requests', context.getType())
  }
  return callerSignal(answerOf(context))
})

/** Node's own response, which Fastify wraps. */
export function answerOf(context: ArgumentsHost): ServerResponse {
  const response = context.switchToHttp().getResponse<ServerResponse | { raw: ServerResponse }>()
  return 'raw' in response ? response.raw : response
}
