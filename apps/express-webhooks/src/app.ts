import { latchkey, sessionErrors, sessionHealth } from '@latchkey/express'
import { serviceTradeWebhooks } from '@latchkey/express/servicetrade'
import type { ServiceTrade, ServiceTradeCalls, WebhookInbox } from '@latchkey/servicetrade'
import express, { type Express } from 'express'
import type { Jobs } from './jobs.ts'

declare module '@latchkey/express' {
  interface RequestClients {
    st: ServiceTradeCalls
  }
}

export interface AppParts {
  readonly st: ServiceTrade
  readonly inbox: WebhookInbox
  readonly jobs: Jobs
  readonly secret: string
}

export function createApp({ st, inbox, jobs, secret }: AppParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use('/webhooks', serviceTradeWebhooks({ secret, inbox }))
  app.get('/health', sessionHealth(st))

  app.get('/jobs/:id', (req, res) => {
    const job = jobs.get(Number(req.params.id))
    if (job === undefined) res.status(404).json({ error: 'No copy of this job' })
    else res.json(job)
  })

  // What the server says now, for who can't wait for the webhook.
  app.get('/jobs/:id/live', latchkey({ client: st, as: 'st' }), async (req, res) => {
    res.json(await req.st.get(`/job/${Number(req.params.id)}`))
  })

  app.use(sessionErrors({ onError: (error) => process.stderr.write(`${error.code}: ${error.message}\n`) }))
  return app
}
