/** One line for the user: the option, what it takes, what it got. */
export class UsageError extends Error {}
