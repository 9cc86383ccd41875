import { ConfigurationError } from './errors.ts'

/** What one option takes. `read` returns `undefined` for a value that it does not take. */
export interface OptionKind<T> {
  readonly takes: string
  /** Whether values may be secrets, of which errors tell nothing but the kind: not even a number. */
  readonly isSecret?: boolean
  read(value: unknown): T | undefined
}

type Kinds = Record<string, OptionKind<unknown>>
type Read<K extends Kinds> = { readonly [N in keyof K]: K[N] extends OptionKind<infer T> ? T | undefined : never }

/**
 * Checks an options object against the kinds that it may hold: for authors of stores, authenticators and
 * adapters, so that bad input reads the same everywhere. An option set to `undefined` counts as left out.
 *
 * @param owner whose options they are, for the error about an unknown one
 * @param prefix what names an option apart from its own name, as in `loginBudget.`
 * @throws {ConfigurationError} for an unknown option, or a value that its option does not take
 */
export function readOptions<K extends Kinds>(owner: string, input: unknown, kinds: K, prefix = ''): Read<K> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ConfigurationError(`${owner} options`, 'an object', input)
  }
  const names = Object.keys(kinds)
  for (const name of Object.keys(input)) {
    if (!Object.hasOwn(kinds, name)) {
      const takes = `no value, since it is unknown (known are ${names.join(', ')})`
      throw new ConfigurationError(`${owner} option ${name}`, takes, (input as Record<string, unknown>)[name])
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, readOption(`${prefix}${name}`, (input as Record<string, unknown>)[name], kinds[name]!)]),
  ) as Read<K>
}

/** @throws {ConfigurationError} if `value` is given and not of that kind */
export function readOption<T>(name: string, value: unknown, kind: OptionKind<T>): T | undefined {
  if (value === undefined) return undefined
  const read = kind.read(value)
  if (read === undefined) throw new ConfigurationError(name, kind.takes, value, { isSecret: kind.isSecret === true })
  return read
}

/** @throws {ConfigurationError} if the option was left out */
export function requireOption<T>(name: string, value: T | undefined, kind: OptionKind<T>): T {
  if (value === undefined) throw new ConfigurationError(name, kind.takes, value)
  return value
}

/**
 * Checks a value that is not in an options object, and must be there.
 *
 * @throws {ConfigurationError} if it is missing or not of that kind
 */
export function takeOption<T>(name: string, value: unknown, kind: OptionKind<T>): T {
  return requireOption(name, readOption(name, value, kind), kind)
}

/** The longest time a timer can be set for, about 24.8 days. Past it Node fires at once. */
export const longestTimer = 2 ** 31 - 1

export const kinds = {
  /** A time in ms. */
  duration: ({ min = 0, max = longestTimer } = {}): OptionKind<number> => ({
    takes: `a time in ms from ${min} to ${max}`,
    read: (value) => (typeof value === 'number' && value >= min && value <= max ? value : undefined),
  }),
  wholeNumber: ({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}): OptionKind<number> => ({
    takes: `a whole number from ${min} to ${max}`,
    read: (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? (value as number) : undefined,
  }),
  text: (what = 'a string that is not empty'): OptionKind<string> => ({
    takes: what,
    read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  }),
  /** A password, or whatever else must be in no log. */
  secret: (what = 'a string that is not empty'): OptionKind<string> => ({ ...kinds.text(what), isSecret: true }),
  flag: (): OptionKind<boolean> => ({
    takes: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  }),
  oneOf: <const T extends string>(...values: T[]): OptionKind<T> => ({
    takes: values.map((value) => `'${value}'`).join(' or '),
    read: (value) => values.find((one) => one === value),
  }),
  /** An object that has at least these methods. */
  having: <T extends object>(what: string, ...methods: (keyof T & string)[]): OptionKind<T> => ({
    takes: `${what}, with ${methods.map((method) => `${method}()`).join(', ')}`,
    read: (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
        ? (value as T)
        : undefined,
  }),
  callable: <F extends (...input: never[]) => unknown>(what: string): OptionKind<F> => ({
    takes: what,
    read: (value) => (typeof value === 'function' ? (value as F) : undefined),
  }),
  signal: (): OptionKind<AbortSignal> => ({
    takes: 'an AbortSignal',
    read: (value) => (value instanceof AbortSignal ? value : undefined),
  }),
  /** An absolute http(s) URL without credentials, query or fragment. */
  url: (): OptionKind<URL> => ({
    takes: 'an absolute http or https URL without user, query or fragment, as in https://api.example.com',
    read: (value) => {
      const text = value instanceof URL ? value.href : value
      if (typeof text !== 'string' || !URL.canParse(text)) return undefined
      const url = new URL(text)
      const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
      return plain && /^https?:$/.test(url.protocol) ? url : undefined
    },
  }),
}
