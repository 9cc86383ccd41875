import { ConfigurationError, duration, flag, type Reader, share, wholeNumber } from './configuration.ts'

/**
 * Switches that can be thrown at any time. A value that a switch does not take throws a
 * {@link ConfigurationError}. A login is `POST /auth` or `POST /oauth2/token`;
 * a request is everything else under `/api`.
 */
export interface Faults {
  /** How long each request waits before it is looked at, ms. Default 0. */
  latency: number
  /** How long each login waits before it is looked at, ms. Default 0. */
  loginLatency: number
  /** The next so many requests are answered `serverErrorStatus`, and nothing else happens. Default 0. */
  serverErrors: number
  /** The share of requests, 0 to 1, that are answered `serverErrorStatus`. Default 0. */
  serverErrorRate: number
  /** 500 to 599. Default 500. */
  serverErrorStatus: number
  /** The next so many logins are answered `loginErrorStatus`. Default 0. */
  loginErrors: number
  /** 300 to 599. Default 500. */
  loginErrorStatus: number
  /** Every login is answered 403, or 401 if it asks for an OAuth2 token, whatever its password. Default `false`. */
  denyLogins: boolean
  /** Every login is answered 429 with a `Retry-After` of this many ms. Default 0: none is. */
  throttleLogins: number
  /** Every session and access token is answered 401, fresh ones too, though it lives: a restricted user, an address rule. Default `false`. */
  rejectSessions: boolean
  /** Logins are answered without `Set-Cookie`, as behind a proxy that strips it. Default `false`. */
  dropCookies: boolean
  /** `PHPSESSID` is the only cookie of a login, and a refused one sets none. Default `false`. */
  plainCookies: boolean
  /** Credentials in a form or a query string are not seen. Default `false`. */
  jsonLoginsOnly: boolean
  /** Logins and requests are answered 200 with a page of HTML, and nothing else happens. Default `false`. */
  nonJson: boolean
  /** The next so many requests lose their connection before they are looked at. Default 0. */
  dropConnections: number
  /** Every message to a webhook is sent twice, at once and with the same `messageId`. Default `false`. */
  duplicateWebhooks: boolean
  /**
   * So many messages to webhooks are held back, and then sent one after the other, the last first.
   * {@link Emulator.webhooksSettled} sends what is held. Default 0: none is held.
   */
  reorderWebhooks: number
  /** A changeset is an object with the keys 0, 1 and so on, as an array may come out of PHP. Default `false`. */
  objectChangesets: boolean
}

const count = wholeNumber(0, Number.MAX_SAFE_INTEGER)

const switches: { readonly [N in keyof Faults]: { readonly read: Reader<Faults[N]>; readonly initial: Faults[N] } } = {
  latency: { read: duration(), initial: 0 },
  loginLatency: { read: duration(), initial: 0 },
  serverErrors: { read: count, initial: 0 },
  serverErrorRate: { read: share, initial: 0 },
  serverErrorStatus: { read: wholeNumber(500, 599), initial: 500 },
  loginErrors: { read: count, initial: 0 },
  loginErrorStatus: { read: wholeNumber(300, 599), initial: 500 },
  denyLogins: { read: flag, initial: false },
  throttleLogins: { read: duration(), initial: 0 },
  rejectSessions: { read: flag, initial: false },
  dropCookies: { read: flag, initial: false },
  plainCookies: { read: flag, initial: false },
  jsonLoginsOnly: { read: flag, initial: false },
  nonJson: { read: flag, initial: false },
  dropConnections: { read: count, initial: 0 },
  duplicateWebhooks: { read: flag, initial: false },
  reorderWebhooks: { read: count, initial: 0 },
  objectChangesets: { read: flag, initial: false },
}

const names = Object.keys(switches) as (keyof Faults)[]

export function createFaults(initial: Partial<Faults>): Faults {
  const faults = {}
  for (const name of names) {
    const { read, initial: off } = switches[name] as { read: Reader<unknown>; initial: unknown }
    let current = off
    Object.defineProperty(faults, name, {
      enumerable: true,
      get: () => current,
      set: (value: unknown) => {
        current = read(value, `faults.${name}`)
      },
    })
  }
  return Object.assign(Object.preventExtensions(faults), initial) as Faults
}

/**
 * Sets the switches that `input` names, or none of them.
 *
 * @throws {ConfigurationError} for an unknown switch, or a value that it does not take
 */
export function setFaults(faults: Faults, input: unknown): void {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ConfigurationError('faults', 'an object', input)
  }
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(switches, name)) {
      throw new ConfigurationError(`faults.${name}`, `no value: it is unknown. Known are ${names.join(', ')}`, value)
    }
    switches[name as keyof Faults].read(value, `faults.${name}`)
  }
  Object.assign(faults, input)
}
