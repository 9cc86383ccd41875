import { ConfigurationError } from './configuration.ts'
import type { Environment } from './programs.ts'
import { ask, type Endpoint } from './resp.ts'
import { startRedis } from './server.ts'

/**
 * A Redis to use: the one that `REDIS_URL` names, or else one that is started for this call. `close()` ends
 * the latter and leaves the former as it is. Rejects if `REDIS_URL` is no URL of a Redis, or if that one does
 * not answer; no error shows the password in it.
 */
export async function redisUrl(
  environment: Environment = process.env,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const url = environment['REDIS_URL']
  if (url === undefined || url === '') {
    const server = await startRedis()
    return { url: server.url, close: () => server.stop() }
  }
  const endpoint = endpointOf(url)
  try {
    await ask(endpoint, ['PING'])
  } catch (error) {
    throw new Error(`the server that REDIS_URL names is of no use: ${(error as Error).message}`, { cause: error })
  }
  return { url, close: async () => {} }
}

function endpointOf(text: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    // The value stays untold, as there may be a password in it.
    throw new ConfigurationError('REDIS_URL', 'a redis:// or rediss:// URL', 'something else')
  }
  const { username, password } = url
  return {
    // URLs have IPv6 addresses in brackets, and sockets do not.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    tls: url.protocol === 'rediss:',
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  }
}
