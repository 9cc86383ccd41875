/** Says what kind of thing a value is. Strings may be secrets, so only their length is told. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'string':
      return value === ''
        ? 'an empty string'
        : `a string of ${value.length} ${value.length === 1 ? 'character' : 'characters'}`
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    case 'object':
      break
  }
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an instance of ${name}` : 'an object'
}

/** The same of what may be a secret whatever its type: a PIN, or a password that a file has as a number. */
export function describeSecret(value: unknown): string {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? `a ${typeof value}`
    : describe(value)
}
