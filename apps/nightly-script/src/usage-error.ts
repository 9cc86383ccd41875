/** What was typed or set is not taken: one line for the user, and exit code 2. */
export class UsageError extends Error {
  constructor(name: string, takes: string, got: string) {
    super(`${name} takes ${takes}, but got ${got}`)
  }
}
