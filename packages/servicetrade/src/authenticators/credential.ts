import type { Grant } from '@latchkey/core'

let lastToken: string | undefined
let lastPrefix = ''
let credential = ''

/**
 * A header's value that carries a grant's token. The last one is kept: a busy process sends the same with every
 * request, and a string that is put together anew is checked and copied anew each time. One for all sessions of the
 * process, for a process may have many that are idle.
 */
export function credentialOf({ token }: Grant, prefix: string): string {
  if (token !== lastToken || prefix !== lastPrefix) {
    lastToken = token
    lastPrefix = prefix
    credential = prefix + token
  }
  return credential
}
