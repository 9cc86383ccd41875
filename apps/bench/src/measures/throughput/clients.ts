import { Client } from './client/client.ts'
import { groups, type SubjectName } from './subjects.ts'

/** One process for each group of subjects. */
export class Clients {
  readonly #clients: ReadonlyMap<SubjectName, Client>

  constructor(wanted: readonly SubjectName[], options: { readonly origin: string; readonly flags: readonly string[] }) {
    this.#clients = new Map(
      groups
        .map((group) => group.filter((name) => wanted.includes(name)))
        .filter((group) => group.length > 0)
        .flatMap((group) => {
          const client = new Client(options)
          return group.map((name) => [name, client] as const)
        }),
    )
  }

  of(subject: SubjectName): Client {
    const client = this.#clients.get(subject)
    if (client === undefined) throw new Error(`There is no process for ${subject}`)
    return client
  }

  async stop(): Promise<void> {
    await Promise.all([...new Set(this.#clients.values())].map((client) => client.stop()))
  }
}
