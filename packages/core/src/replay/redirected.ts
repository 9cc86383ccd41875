import { ConfigurationError } from '../errors.ts'

/**
 * The refusal to serve a request that was redirected below the session, which is not told where to; `undefined` if it
 * was not.
 *
 * @param context what undici starts a request with
 */
export function redirectedError(context: unknown): ConfigurationError | undefined {
  const redirects = (context as { history?: readonly unknown[] } | null)?.history
  if (redirects === undefined || redirects.length === 0) return undefined
  const takes = 'session.interceptor() before interceptors.redirect(), or the grant would go wherever a redirect goes'
  return new ConfigurationError('compose', takes, redirects)
}
