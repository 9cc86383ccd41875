/** Whose session, free of secrets: safe in a URL and in a key, and still to be read by people. */
export function subjectOf(host: string, user: string): string {
  return `${host}/${encodeURIComponent(user.toWellFormed()).replaceAll('%40', '@')}`
}
