import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createApp } from './app.ts'
import { resetSession, resetSessions } from './control.ts'
import type { Counters } from './counters.ts'
import {
  type ActorOptions,
  changeEntity,
  type ChangeableKind,
  createEntity,
  type EntityData,
  removeEntity,
} from './edits.ts'
import type { Faults } from './faults.ts'
import type { Hold, HoldKind, HoldOptions } from './holds.ts'
import { setClientSecret } from './oauth2/clients.ts'
import type { EmulatorOptions } from './options.ts'
import type { OpenSession } from './sessions.ts'
import { readOptions } from './settings.ts'
import { createState } from './state.ts'
import { setPassword } from './users.ts'

/** A running emulator. */
export interface Emulator extends AsyncDisposable {
  /** As in `http://127.0.0.1:4100`; the API is below `/api`. */
  readonly url: string
  /** Where other processes steer it, as in `http://127.0.0.1:4100/emulator`. */
  readonly control: string
  /** Live: each look tells the present. */
  readonly counters: Counters
  /** The sessions that are live now, oldest first for each user. OAuth2's tokens are none. */
  readonly sessions: readonly OpenSession[]
  /** Switches that can be thrown at any time. */
  readonly faults: Faults
  /** Ends all sessions and access tokens without telling their holders. Returns how many there were. */
  resetSessions(): number
  /** Ends the session, or the access token, of this token without telling its holder. Returns whether there was one. */
  resetSession(token: string): boolean
  /** Ends all refresh tokens without telling their holders. Access tokens live on. Returns how many there were. */
  revokeRefreshTokens(): number
  /**
   * Changes what a user must log in with. Sessions that are open go on.
   *
   * @throws {ConfigurationError} if there is no such user, or the password is no string or empty
   */
  setPassword(username: string, password: string): void
  /**
   * Changes what a client must ask for tokens with. Those that are out go on, refresh tokens too.
   *
   * @throws {ConfigurationError} if there is no such client, or the secret is no string or empty
   */
  setClientSecret(clientId: string, clientSecret: string): void
  /** From now on, logins or requests wait on arrival until they are released. */
  hold(kind: HoldKind, options?: HoldOptions): Hold
  /**
   * Makes an entity as a person at the screen would, not a client: no session is used and no request counted, and
   * webhooks are told. `fields` are those of the body of a POST. Returns it as the API shows it.
   *
   * @throws {ConfigurationError} for what the API would not take, and for a field that it would ignore
   */
  create(kind: ChangeableKind, fields: object, by?: ActorOptions): EntityData
  /**
   * Changes an entity, whichever account has it, as a person at the screen would: its `updated` moves, even if all of
   * `fields` are as they were. They are those of the body of a PUT. Returns it as the API shows it.
   *
   * @throws {ConfigurationError} as {@link Emulator.create}, and if there is no such entity
   */
  change(kind: ChangeableKind, id: number, fields: object, by?: ActorOptions): EntityData
  /**
   * Removes an entity as a person at the screen would.
   *
   * @throws {ConfigurationError} if there is no such entity, or the API would not remove it
   */
  remove(kind: ChangeableKind, id: number, by?: ActorOptions): void
  /**
   * Resolves once no message to a webhook is pending or in flight: each was taken, or given up. Sends what
   * `faults.reorderWebhooks` holds back.
   */
  webhooksSettled(): Promise<void>
  /** From now on the emulator listens, but does not keep its process from ending: neither do connections to it. */
  unref(): void
  /** Breaks off all connections and deliveries, and stops listening. Again: the same promise. */
  close(): Promise<void>
}

/**
 * Starts a local ServiceTrade. Resolves once it listens.
 *
 * @throws {ConfigurationError} for an unknown option, or a value that its option does not take
 * @throws the system's error, `EADDRINUSE` say, if it cannot listen
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = readOptions(options)
  const state = createState(settings)
  const server = createServer(createApp(state))
  // Longer than any client keeps one idle, so that none picks a connection that is being closed.
  server.keepAliveTimeout = 10 * 60_000
  const unref = unrefOf(server)
  server.listen(settings.port, settings.host)
  await once(server, 'listening')
  const { address, family, port } = server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  for (const { db } of state.accounts) db.url = url

  const stopListening = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
      state.holds.releaseAll()
    })
  const closeAll = async () => {
    await Promise.all([state.webhooks.close(), stopListening()])
  }
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= closeAll()
    return closed
  }

  return {
    url,
    control: `${url}/emulator`,
    counters: state.counters,
    get sessions() {
      return state.sessions.list()
    },
    faults: state.faults,
    resetSessions: () => resetSessions(state),
    resetSession: (token) => resetSession(state, token),
    revokeRefreshTokens: () => state.tokens.endRefreshTokens(),
    setPassword: (username, password) => setPassword(state.users, username, password),
    setClientSecret: (clientId, clientSecret) => setClientSecret(state.clients, clientId, clientSecret),
    create: (kind, fields, by) => createEntity(state, kind, fields, by),
    change: (kind, id, fields, by) => changeEntity(state, kind, id, fields, by),
    remove: (kind, id, by) => removeEntity(state, kind, id, by),
    webhooksSettled: () => state.webhooks.settled(),
    hold: (kind, holdOptions) => state.holds.hold(kind, holdOptions),
    unref,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A server's own `unref()` leaves out its connections, of which clients keep some alive. */
function unrefOf(server: Server): () => void {
  const open = new Set<Socket>()
  let isUnref = false
  server.on('connection', (socket: Socket) => {
    if (isUnref) socket.unref()
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return () => {
    isUnref = true
    server.unref()
    for (const socket of open) socket.unref()
  }
}
