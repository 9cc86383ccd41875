import { ConfigurationError, kinds, readOptions } from '@latchkey/core'
import type { Request } from 'express'
import type { ViewAs } from './request-clients.ts'

/** What can be bound to one request: a `Session` of `@latchkey/core`, a `ServiceTrade`, anything that has this. */
export interface RequestClient<View extends object = object> {
  withSignal(signal: AbortSignal): View
}

interface Named<Name extends string> {
  /** The name on `req`. Nothing else may use it. Default `'latchkey'`. */
  as?: Name | undefined
}

interface OneClient<View extends object> {
  /** The client of all requests. */
  client: RequestClient<View>
  resolve?: undefined
}

interface ClientPerRequest<View extends object> {
  client?: undefined
  /** Chooses the client of one request: its tenant's, say. What it throws goes to `next`. */
  resolve: (req: Request) => RequestClient<View> | PromiseLike<RequestClient<View>>
}

/** One of `client` and `resolve`, which must be what {@link RequestClients} declares for the name, if it does. */
export type LatchkeyOptions<Name extends string = 'latchkey'> = Named<Name> &
  (OneClient<ViewAs<Name>> | ClientPerRequest<ViewAs<Name>>)

type Resolve = ClientPerRequest<object>['resolve']

export const clientKind = kinds.having<RequestClient>('a client', 'withSignal')

const optionKinds = {
  client: clientKind,
  resolve: kinds.callable<Resolve>('a function that returns the client of a request'),
  as: kinds.text(),
}

/** @throws {ConfigurationError} for an unknown option or a bad value, and unless there is one of both */
export function readLatchkeyOptions(options: unknown): { resolve: Resolve; as: string } {
  const { client, resolve, as = 'latchkey' } = readOptions('latchkey', options, optionKinds)
  if (client !== undefined && resolve === undefined) return { resolve: () => client, as }
  if (client === undefined && resolve !== undefined) return { resolve, as }
  throw new ConfigurationError('client', 'a client, or no value beside resolve: there must be one of both', client)
}
