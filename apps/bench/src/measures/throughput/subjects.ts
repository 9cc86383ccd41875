import type { Open } from './subjects/subject.ts'

export type SubjectName =
  | 'request'
  | 'interceptor'
  | 'parsed'
  | 'get'
  | 'fetch'
  | 'session-fetch'
  | 'agent'
  | 'sdk'
  | 'legacy'
  | 'axios'
  | 'google'

export interface SubjectInfo {
  /** As people read it. */
  readonly label: string
  /** Loads nothing but what the subject needs: loading some libraries changes others. */
  load(): Promise<Open>
}

const undici = () => import('./subjects/undici.ts')
const latchkey = () => import('./subjects/latchkey.ts')

export const subjects: Readonly<Record<SubjectName, SubjectInfo>> = {
  request: { label: '`undici.request`', load: async () => (await undici()).openRequest },
  interceptor: { label: '`undici.request` + interceptor', load: async () => (await latchkey()).openInterceptor },
  parsed: { label: '`undici.request` + `JSON.parse`', load: async () => (await undici()).openParsed },
  get: { label: '`ServiceTrade.get`', load: async () => (await latchkey()).openServiceTrade },
  fetch: { label: "undici's `fetch`", load: async () => (await undici()).openFetch },
  'session-fetch': { label: '`session.fetch`', load: async () => (await latchkey()).openSessionFetch },
  agent: { label: '`undici.request` on an `Agent`', load: async () => (await undici()).openAgent },
  sdk: { label: '`@latchkey/servicetrade/sdk`', load: async () => (await import('./subjects/sdk.ts')).openSdk },
  legacy: {
    label: '`@latchkey/servicetrade/legacy`',
    load: async () => (await import('./subjects/legacy.ts')).openLegacy,
  },
  axios: {
    label: '`axios` + `axios-auth-refresh`',
    load: async () => (await import('./subjects/axios.ts')).openAxios,
  },
  google: { label: '`google-auth-library`', load: async () => (await import('./subjects/google.ts')).openGoogle },
}

/**
 * Who lives in one process. Those that are compared closely share it, and its connections: processes differ by more
 * than they do.
 */
export const groups: readonly (readonly SubjectName[])[] = [
  ['request', 'interceptor'],
  ['parsed', 'get'],
  ['fetch', 'session-fetch'],
  ['agent'],
  ['sdk'],
  ['legacy'],
  ['axios'],
  ['google'],
]

/** The second of each pair does what the first does, and keeps a session beside. */
export const pairs: readonly (readonly [base: SubjectName, subject: SubjectName])[] = [
  ['request', 'interceptor'],
  ['parsed', 'get'],
  ['fetch', 'session-fetch'],
]
