import { Grant } from '../grant.ts'
import type { Flight, Hold, Reset, SessionState } from './state.ts'

/** Part of the store key too, so that processes of unlike versions never fight over one document. */
export const formatVersion = 1

export function encode(state: SessionState): string {
  const { grant, previous, ...rest } = state
  return JSON.stringify({ format: formatVersion, ...rest, grant: bare(grant), previous: bare(previous) })
}

/** The state that a document holds; `undefined` if it is not one, whole and sane. Never throws. */
export function decode(document: string): SessionState | undefined {
  let value: unknown
  try {
    value = JSON.parse(document)
  } catch {
    return undefined
  }
  if (!isRecord(value) || value['format'] !== formatVersion) return undefined
  const grant = readGrant(value['grant'])
  const previous = readGrant(value['previous'])
  const { generation, latest, flight, logins, hold, strikes, lastReset } = value
  const sane =
    isCount(generation) &&
    (latest === null || isText(latest)) &&
    (flight === null || isFlight(flight)) &&
    Array.isArray(logins) &&
    logins.every(isTime) &&
    (hold === null || isHold(hold)) &&
    isCount(strikes) &&
    (lastReset === null || isReset(lastReset))
  if (!sane || grant === undefined || previous === undefined) return undefined
  // One string for both, where a process keeps many.
  const own = grant?.id === latest ? grant : undefined
  return { generation, grant, previous, latest: own?.id ?? latest, flight, logins, hold, strikes, lastReset }
}

/** Whether a token can ride in a header: not empty, and nothing that could end the header or start another. */
export function isToken(value: unknown): value is string {
  // eslint-disable-next-line no-control-regex
  return isText(value) && !/[\u0000-\u001f\u007f]/.test(value)
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function bare(grant: Grant | null): object | null {
  if (grant === null) return null
  const { token, refreshToken } = grant
  return { ...grant.toJSON(), token, refreshToken }
}

function readGrant(value: unknown): Grant | null | undefined {
  if (value === null) return null
  if (!isRecord(value)) return undefined
  const { id, generation, issuedAt, worked, token, expiresAt, refreshToken } = value
  const sane =
    isText(id) &&
    isCount(generation) &&
    isTime(issuedAt) &&
    typeof worked === 'boolean' &&
    isToken(token) &&
    (expiresAt === undefined || isTime(expiresAt)) &&
    (refreshToken === undefined || isText(refreshToken))
  return sane ? new Grant({ id, generation, issuedAt, worked, token, expiresAt, refreshToken }) : undefined
}

function isFlight(value: unknown): value is Flight {
  return isRecord(value) && isText(value['owner']) && isCount(value['beat'])
}

function isHold(value: unknown): value is Hold {
  if (!isRecord(value)) return false
  const { from, until, reason, failures } = value
  return (
    isTime(from) && isTime(until) && ['refused', 'throttled', 'failing'].includes(reason as string) && isCount(failures)
  )
}

function isReset(value: unknown): value is Reset {
  return isRecord(value) && isTime(value['at']) && isTime(value['age'])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
