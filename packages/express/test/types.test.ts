import type { Session, SessionCalls } from '@latchkey/core'
import { latchkey, type RequestClients, sessionErrors, sessionHealth } from '@latchkey/express'
import { serviceTradeWebhooks } from '@latchkey/express/servicetrade'
import type { ServiceTrade, ServiceTradeCalls, WebhookInbox } from '@latchkey/servicetrade'
import type { Express as Express5, Request as Request5 } from 'express'
import type { Express as Express4, Request as Request4 } from 'express-4'
import { expectTypeOf, test } from 'vitest'

declare module '@latchkey/express' {
  interface RequestClients {
    typedSession: SessionCalls
    typedClient: ServiceTradeCalls
  }
}

declare const session: Session
declare const st: ServiceTrade
declare const anyName: string
declare const inbox: WebhookInbox
declare const app5: Express5
declare const app4: Express4

test('a declared name is typed on the requests of both majors', () => {
  expectTypeOf<RequestClients['typedSession']>().toEqualTypeOf<SessionCalls>()
  expectTypeOf<Request5['typedSession']>().toEqualTypeOf<SessionCalls>()
  expectTypeOf<Request4['typedSession']>().toEqualTypeOf<SessionCalls>()
  expectTypeOf<Request5['typedClient']>().toEqualTypeOf<ServiceTradeCalls>()
  expectTypeOf<Request4['typedClient']>().toEqualTypeOf<ServiceTradeCalls>()
  // @ts-expect-error: nobody declared it
  expectTypeOf<Request5['undeclared']>().toBeAny()
})

/** What stands in it is for the compiler: it is not called. */
const compiles = (_code: () => unknown): void => {}

test('a client is taken under a name that is declared for it, or that is not declared', () => {
  compiles(() => [
    latchkey({ client: session, as: 'typedSession' }),
    latchkey({ client: st, as: 'typedClient' }),
    latchkey({ resolve: () => session, as: 'typedSession' }),
    latchkey({ resolve: async (req) => (req.get('x-account') === 'a' ? st : st), as: 'typedClient' }),
    latchkey({ client: st, as: 'undeclared' }),
    latchkey({ client: { withSignal: (signal) => ({ signal }) }, as: 'undeclared' }),
    latchkey({ resolve: () => session, as: anyName }),
  ])
})

test('anything else does not compile', () => {
  compiles(() => [
    // @ts-expect-error: the wrong client for the name
    latchkey({ client: st, as: 'typedSession' }),
    // @ts-expect-error: the wrong client for the name
    latchkey({ client: session, as: 'typedClient' }),
    // @ts-expect-error: the wrong client for the name
    latchkey({ resolve: () => st, as: 'typedSession' }),
    // @ts-expect-error: the wrong client for the name
    latchkey({ resolve: async () => session, as: 'typedClient' }),
    // @ts-expect-error: perhaps no client
    latchkey({ resolve: () => undefined as Session | undefined, as: 'undeclared' }),
    // @ts-expect-error: both
    latchkey({ client: session, resolve: () => session }),
    // @ts-expect-error: neither
    latchkey({ as: 'typedSession' }),
    // @ts-expect-error: nothing to bind
    latchkey({ client: {}, as: 'undeclared' }),
    // @ts-expect-error: no session
    sessionHealth({ withSignal: () => ({}) }),
    // @ts-expect-error: nowhere to put the messages
    serviceTradeWebhooks({ secret: '' }),
  ])
})

test('all of it fits the apps of Express 5, and the parameters of a route are known behind it', () => {
  compiles(() => {
    app5.use(latchkey({ client: st, as: 'typedClient' }))
    app5.use('/webhooks', serviceTradeWebhooks({ secret: '', inbox }))
    app5.get('/health', sessionHealth(st))
    app5.get('/health', sessionHealth([session, st]))
    app5.get(
      '/health',
      sessionHealth(async () => new Map([['a', st]]).values()),
    )
    app5.get('/jobs/:id', latchkey({ client: st, as: 'typedClient' }), (req, res) => {
      expectTypeOf(req.params.id).toBeString()
      res.json(req.typedClient.get('/job/1'))
    })
    app5.use(sessionErrors({ onError: ({ code }, { path }) => `${code} ${path}` }))
  })
})

test('and those of Express 4', () => {
  compiles(() => {
    app4.use(latchkey({ client: st, as: 'typedClient' }))
    app4.use('/webhooks', serviceTradeWebhooks({ secret: '', inbox }))
    app4.get('/health', sessionHealth(st))
    app4.get('/jobs/:id', latchkey({ client: st, as: 'typedClient' }), (req, res) => {
      expectTypeOf(req.params.id).toBeString()
      res.json(req.typedClient.get('/job/1'))
    })
    app4.use(sessionErrors({ onError: ({ code }, { path }) => `${code} ${path}` }))
  })
})
