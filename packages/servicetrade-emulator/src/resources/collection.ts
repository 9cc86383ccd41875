import type { Entity } from './entities.ts'
import type { Ids } from './ids.ts'
import { type Action, changesetOf, type FieldChange, type Journal } from './journal.ts'
import type { Kind } from './kinds.ts'

type Fields<E extends Entity> = Omit<E, keyof Entity>

/** What the collections of one database share. */
export interface Shared {
  readonly clock: () => number
  readonly ids: Ids
  readonly journal: Journal
}

/** The entities of one kind, in the order of their ids. */
export class Collection<E extends Entity> {
  readonly #byId = new Map<number, E>()
  readonly #kind: Kind
  readonly #shared: Shared

  constructor(kind: Kind, shared: Shared) {
    this.#kind = kind
    this.#shared = shared
  }

  get(id: number | null): E | undefined {
    return id === null ? undefined : this.#byId.get(id)
  }

  insert(fields: Fields<E>): E {
    const now = this.#now()
    const entity = { id: this.#shared.ids.take(this.#kind), created: now, updated: now, ...fields } as E
    this.#byId.set(entity.id, entity)
    this.#note('created', entity)
    return entity
  }

  update(entity: E, fields: Partial<Fields<E>>): E {
    const changeset = changesetOf(this.#kind, entity, fields)
    Object.assign(entity, fields, { updated: this.#now() })
    this.#note('updated', entity, changeset)
    return entity
  }

  remove(entity: E): void {
    this.#byId.delete(entity.id)
    this.#note('deleted', entity)
  }

  all(): E[] {
    return [...this.#byId.values()]
  }

  #note(action: Action, { id }: E, changeset: readonly FieldChange[] = []): void {
    this.#shared.journal.note({ action, kind: this.#kind, id, at: this.#now(), changeset })
  }

  #now(): number {
    return Math.floor(this.#shared.clock() / 1000)
  }
}
