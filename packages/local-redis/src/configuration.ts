/** An option has a value that it does not take. */
export class ConfigurationError extends Error {
  constructor(option: string, takes: string, got: string) {
    super(`${option} takes ${takes}, but got ${got}`)
    Object.defineProperty(this, 'name', { value: 'ConfigurationError', configurable: true })
  }
}

/** The value, if it is a whole number of that range. Throws a ConfigurationError that names the option otherwise. */
export function wholeNumber(option: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new ConfigurationError(option, `a whole number from ${min} to ${max}`, String(value))
}

/** Directives of a configuration file: names, and values as they stand in it. */
export type Directives = Readonly<Record<string, string>>

/** What {@link startRedis} sets itself, as its promises rest on it. */
const own = ['port', 'bind', 'dir', 'daemonize', 'logfile', 'pidfile', 'supervised', 'unixsocket']

/** Throws a ConfigurationError if there are directives that nobody else may set, or that are no single line. */
export function checkDirectives(option: string, directives: Directives): void {
  for (const [name, value] of Object.entries(directives)) {
    if (own.includes(name.toLowerCase())) {
      throw new ConfigurationError(`${option}.${name}`, 'no value: it is set already', `'${value}'`)
    }
    if (!/^[^\s#]+( [^\s#]+)*$/.test(name)) throw new ConfigurationError(option, 'names of directives', `'${name}'`)
    if (typeof value !== 'string' || /[\r\n\0]/.test(value)) {
      // Not the value itself, which may be a password.
      throw new ConfigurationError(`${option}.${name}`, 'a string of one line', `a ${typeof value}`)
    }
  }
}

/** The text of a configuration file. */
export function configurationFile(directives: Directives): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value === '' ? '""' : value}\n`)
    .join('')
}
