/** Something that can be imported, alone or beside what it needs. */
export interface Subject {
  readonly name: string
  readonly specs: readonly string[]
}

/** What the others are compared with. */
export const undici: Subject = { name: 'undici', specs: ['undici'] }
export const servicetrade: Subject = { name: '@latchkey/servicetrade', specs: ['@latchkey/servicetrade'] }

/** A module without a line in it: what an import takes at least. */
export const nothing: Subject = { name: 'nothing', specs: ['data:text/javascript,'] }

export const subjects: readonly Subject[] = [
  nothing,
  { name: 'node:http', specs: ['node:http'] },
  undici,
  { name: '@latchkey/core', specs: ['@latchkey/core'] },
  servicetrade,
  { name: '@latchkey/servicetrade/sdk', specs: ['@latchkey/servicetrade/sdk'] },
  { name: '@latchkey/servicetrade/legacy', specs: ['@latchkey/servicetrade/legacy'] },
  { name: 'axios with axios-auth-refresh', specs: ['axios', 'axios-auth-refresh'] },
  { name: 'google-auth-library', specs: ['google-auth-library'] },
]
