import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express5, { type Express, type RequestHandler } from 'express'
import express4 from 'express-4'

export type ExpressModule = typeof express5

/** Its own types are checked in types.test.ts; here one text serves both. */
export const majors: [name: string, express: ExpressModule][] = [
  ['Express 5', express5],
  ['Express 4', express4 as unknown as ExpressModule],
]

/** Serves an app on a free port of loopback. */
export async function serve(express: ExpressModule, configure: (app: Express) => void) {
  const app = express()
  configure(app)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Express 4 does not see that a handler's promise rejects. */
export function handled(handler: (...args: Parameters<RequestHandler>) => Promise<unknown>): RequestHandler {
  return async (req, res, next) => {
    try {
      await handler(req, res, next)
    } catch (error) {
      next(error)
    }
  }
}
