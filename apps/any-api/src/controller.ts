import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { ControllerSessions } from './controller-sessions.ts'
import { tree } from './tree.ts'

const root = '/redfish/v1'
const sessionsPath = `${root}/SessionService/Sessions`

export interface ControllerOptions {
  readonly username: string
  readonly password: string
  /** Default 4. */
  readonly sessionLimit?: number
  /** How long a session may go unused, ms. Default 30 minutes. */
  readonly sessionTimeout?: number
  /** Epoch ms. Default `Date.now`. */
  readonly clock?: () => number
  /** Awaited before the controller looks at a request: for whoever wants things to happen in a certain order. */
  readonly arrived?: (method: string, path: string) => unknown
}

/** A management controller as there is one in most servers, with as few sessions as those have. */
export async function startController(options: ControllerOptions) {
  const { username, password, sessionLimit = 4, sessionTimeout = 30 * 60_000, clock = Date.now } = options
  const sessions = new ControllerSessions({ limit: sessionLimit, timeout: sessionTimeout, clock })
  const counters = { loginAttempts: 0, logins: 0, refused: 0, full: 0, requests: 0, rejected: 0 }

  async function logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    counters.loginAttempts += 1
    const { UserName, Password } = ((await json(request).catch(() => null)) ?? {}) as Record<string, unknown>
    if (UserName !== username || Password !== password) {
      counters.refused += 1
      return send(response, 401)
    }
    const session = sessions.start()
    if (session === undefined) {
      counters.full += 1
      return send(response, 503, undefined, { 'retry-after': '30' })
    }
    counters.logins += 1
    const location = `${sessionsPath}/${session.id}`
    send(response, 201, { Id: session.id }, { location, 'x-auth-token': session.token })
  }

  function serve(method: string, path: string, token: unknown, response: ServerResponse): void {
    counters.requests += 1
    if (sessions.use(token) === undefined) {
      counters.rejected += 1
      return send(response, 401)
    }
    const id = path.startsWith(`${sessionsPath}/`) ? path.slice(sessionsPath.length + 1) : undefined
    if (method === 'DELETE' && id !== undefined) return send(response, sessions.end(id) ? 204 : 404)
    if (method !== 'GET') return send(response, 405)
    const resource = id === undefined ? tree.get(path) : sessions.has(id) ? { Id: id } : undefined
    return send(response, resource === undefined ? 404 : 200, resource)
  }

  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request
    await options.arrived?.(method, path)
    if (path.replace(/\/$/, '') === root) return send(response, 200, { RedfishVersion: '1.20.0' })
    if (method === 'POST' && path === sessionsPath) return await logIn(request, response)
    serve(method, path, headers['x-auth-token'], response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counters,
    sessions,
    async close(): Promise<void> {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function send(response: ServerResponse, status: number, body?: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
