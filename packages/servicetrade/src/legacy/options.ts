import { kinds, type OptionKind, readOption, readOptions, type TokenStore } from '@latchkey/core'
import { commonKinds, sessionKinds } from '../options.ts'

type Callback<A extends unknown[]> = (...input: A) => unknown

const callback = kinds.callable<Callback<unknown[]>>('a function')

/** A cookie, or a token. */
const headerText: OptionKind<string> = {
  takes: 'a string that a header can carry',
  isSecret: true,
  read: (value) => (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) ? value : undefined),
}

const optionKinds = {
  ...sessionKinds,
  ...commonKinds,
  cookie: headerText,
  onSetCookie: callback,
  onResetCookie: callback,
  disableRefreshAuth: {
    takes: 'true or false',
    read: (value: unknown) => Boolean(value),
  } satisfies OptionKind<boolean>,
  store: kinds.having<TokenStore>('a token store', 'get', 'set'),
}

/**
 * What the SDK took for left out is left out here, and what it did not know is not looked at.
 *
 * @throws {ConfigurationError} for a bad value
 */
export function readLegacyOptions(given: unknown = {}) {
  const known = Object.entries(Object(given) as Record<string, unknown>).filter(
    ([name, value]) => Object.hasOwn(optionKinds, name) && value !== null && value !== '',
  )
  return readOptions('servicetrade', Object.fromEntries(known), optionKinds)
}

/** `undefined` for what takes the header away again. */
export function readHeader(name: string, value: unknown): string | undefined {
  return value === null || value === '' ? undefined : readOption(name, value, headerText)
}
