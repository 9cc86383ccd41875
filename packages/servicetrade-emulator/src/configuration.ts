/** An option, a fault set at run time or a parameter has a value that it does not take. */
export class ConfigurationError extends Error {
  readonly code = 'CONFIGURATION'
  /** The option, as in `loginThrottle.limit`. */
  readonly option: string
  /** What it takes. */
  readonly takes: string
  /** What it got: numbers and booleans as they are, of anything else the kind only. */
  readonly got: string

  constructor(option: string, takes: string, value: unknown) {
    const got = kindOf(value)
    super(`${option} takes ${takes}, but got ${got}`)
    Object.defineProperty(this, 'name', { value: 'ConfigurationError', configurable: true })
    this.option = option
    this.takes = takes
    this.got = got
  }
}

/** Reads one option, or throws a {@link ConfigurationError} that names it. */
export type Reader<T> = (value: unknown, option: string) => T

/** The longest time a timer can be set for, about 24.8 days. Past it Node fires at once. */
const longestTimer = 2 ** 31 - 1

export const wholeNumber = (min: number, max: number): Reader<number> =>
  accept(`a whole number from ${min} to ${max}`, (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? (value as number) : undefined,
  )

export const duration = (min = 0): Reader<number> =>
  accept(`a time in ms from ${min} to ${longestTimer}`, (value) =>
    typeof value === 'number' && value >= min && value <= longestTimer ? value : undefined,
  )

export const share: Reader<number> = accept('a number from 0 to 1', (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined,
)

export const text: Reader<string> = accept('a string that is not empty', (value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
)

export const flag: Reader<boolean> = accept('true or false', (value) =>
  typeof value === 'boolean' ? value : undefined,
)

export const oneOf = <const T extends string>(...values: T[]): Reader<T> =>
  accept(values.map((value) => `'${value}'`).join(' or '), (value) => values.find((one) => one === value))

export const clock: Reader<() => number> = accept('a function that returns epoch ms', (value) =>
  typeof value === 'function' ? (value as () => number) : undefined,
)

export const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value, option) =>
    value === undefined ? undefined : read(value, option)

export const otherwise =
  <T>(fallback: T, read: Reader<T>): Reader<T> =>
  (value, option) =>
    value === undefined ? fallback : read(value, option)

export const listOf =
  <T>(read: Reader<T>): Reader<T[]> =>
  (value, option) => {
    if (!Array.isArray(value) || value.length === 0)
      throw new ConfigurationError(option, 'an array with entries', value)
    return value.map((one, index) => read(one, `${option}[${index}]`))
  }

type Shape = Record<string, Reader<unknown>>

/** An object with these options and no others. `option` is the name it goes by in errors. */
export const objectOf =
  <S extends Shape>(shape: S): Reader<{ readonly [N in keyof S]: ReturnType<S[N]> }> =>
  (value, option) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ConfigurationError(option, 'an object', value)
    }
    const input = value as Record<string, unknown>
    const names = Object.keys(shape)
    const prefix = option.includes(' ') ? '' : `${option}.`
    for (const name of Object.keys(input)) {
      if (Object.hasOwn(shape, name)) continue
      throw new ConfigurationError(
        `${prefix}${name}`,
        `no value: it is unknown. Known are ${names.join(', ')}`,
        input[name],
      )
    }
    return Object.fromEntries(names.map((name) => [name, shape[name]!(input[name], `${prefix}${name}`)])) as {
      readonly [N in keyof S]: ReturnType<S[N]>
    }
  }

function accept<T>(takes: string, read: (value: unknown) => T | undefined): Reader<T> {
  return (value, option) => {
    const accepted = read(value)
    if (accepted === undefined) throw new ConfigurationError(option, takes, value)
    return accepted
  }
}

/** Strings may be secrets, so only their length is told. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'string') return value === '' ? 'an empty string' : `a string of ${value.length} characters`
  if (typeof value === 'object') return 'an object'
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value)
}
