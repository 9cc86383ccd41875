/** The name of an object's class as the platform gives it, whichever copy of it made the object: `'FormData'`, say. */
export function classNameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
}
