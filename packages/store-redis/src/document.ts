import { createHash, randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import type { StoredDocument, Version } from '@latchkey/core'

// A document is one Redis string: how the state is written, the version, and the state, as in `p:<uuid>:{…}`.
// The script that compares versions reads the same head.

const head = /^([pj]):([\da-f-]{36}):/
const headLength = 39
/** What the versions of all else begin with. */
const foreign = 'foreign-'

export interface Written {
  readonly version: Version
  readonly value: Buffer
}

/** Plain where UTF-8 can hold the state, and as a JSON string where half a surrogate pair would be lost. */
export function write(state: string): Written {
  const version = randomUUID()
  const text = state.isWellFormed() ? `p:${version}:${state}` : `j:${version}:${JSON.stringify(state)}`
  return { version, value: concealed(Buffer.from(text)) }
}

/**
 * What is at a key. Something that this store did not write reads as a document, too, which the session
 * finds to be none and sets aside; its version is a digest, so that it can be replaced by compare-and-set.
 */
export function read(value: Buffer): StoredDocument {
  const [, form, version] = head.exec(value.toString('latin1', 0, headLength)) ?? []
  if (form === undefined || version === undefined) {
    return { version: `${foreign}${createHash('sha1').update(value).digest('hex')}`, state: value.toString('latin1') }
  }
  const text = value.toString('utf8', headLength)
  return { version, state: form === 'p' ? text : unquoted(text) }
}

export const isForeign = ({ version }: StoredDocument): boolean => version.startsWith(foreign)

/** What is no JSON string after all is as it is: no state, which the session finds out. */
function unquoted(text: string): string {
  try {
    const state: unknown = JSON.parse(text)
    return typeof state === 'string' ? state : text
  } catch {
    return text
  }
}

/**
 * Clients put the arguments of a command into errors, debug logs and trace events, as text. These bytes go
 * over the wire as they are, and read as nothing everywhere else.
 */
function concealed(bytes: Buffer): Buffer {
  const nothing = { value: () => '[session]' }
  return Object.defineProperties(bytes, { toString: nothing, toJSON: nothing, [inspect.custom]: nothing })
}
