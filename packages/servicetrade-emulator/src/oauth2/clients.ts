import { ConfigurationError, listOf, objectOf, optional, type Reader, text } from '../configuration.ts'
import type { EmulatorClient, EmulatorUser } from '../options.ts'
import type { LoginUser } from '../users.ts'

/** A client with the secret that yields tokens, and the user that it acts as. */
export interface Client {
  readonly id: string
  readonly user: LoginUser
  secret: string
}

export const readClients: Reader<EmulatorClient[]> = listOf(
  objectOf({ clientId: text, clientSecret: text, username: optional(text) }),
)

/**
 * Checks what no reader sees alone. `taken` are the ids of accounts before, and gets those of this one.
 *
 * @throws {ConfigurationError} for an id that is taken, or a user whom the account has not
 */
export function checkClients(
  { clients, users }: { readonly clients: readonly EmulatorClient[]; readonly users: readonly EmulatorUser[] },
  prefix: string,
  taken: Set<string>,
): void {
  for (const [index, { clientId, username }] of clients.entries()) {
    const option = `${prefix}clients[${index}]`
    if (taken.has(clientId)) throw new ConfigurationError(`${option}.clientId`, 'an id of its own', clientId)
    taken.add(clientId)
    if (username !== undefined && users.every((user) => user.username !== username)) {
      throw new ConfigurationError(`${option}.username`, 'one of the users of its account', username)
    }
  }
}

/** @throws {ConfigurationError} if there is no such client, or the secret is none */
export function setClientSecret(clients: ReadonlyMap<string, Client>, clientId: string, clientSecret: string): void {
  const client = clients.get(clientId)
  if (client === undefined) {
    throw new ConfigurationError('clientId', 'one of the clients that the emulator knows', clientId)
  }
  client.secret = text(clientSecret, 'clientSecret')
}
