import type {
  Appointment,
  Attachment,
  Comment,
  Company,
  Contact,
  Entity,
  Job,
  Location,
  Tag,
  User,
} from './entities.ts'

type Fields<E extends Entity> = Omit<E, keyof Entity>

/** The entities of one kind, in the order of their ids. */
export class Collection<E extends Entity> {
  readonly #byId = new Map<number, E>()
  readonly #clock: () => number
  #nextId: number

  constructor(clock: () => number, firstId: number) {
    this.#clock = clock
    this.#nextId = firstId
  }

  get(id: number | null): E | undefined {
    return id === null ? undefined : this.#byId.get(id)
  }

  insert(fields: Fields<E>): E {
    const now = this.#now()
    const entity = { id: this.#nextId++, created: now, updated: now, ...fields } as E
    this.#byId.set(entity.id, entity)
    return entity
  }

  update(entity: E, fields: Partial<Fields<E>>): E {
    return Object.assign(entity, fields, { updated: this.#now() })
  }

  remove(entity: E): void {
    this.#byId.delete(entity.id)
  }

  all(): E[] {
    return [...this.#byId.values()]
  }

  #now(): number {
    return Math.floor(this.#clock() / 1000)
  }
}

/** The vendor's numbers for kinds of entities, as in `entityType`. */
const entityTypes = {
  job: 3,
  user: 4,
  company: 5,
  location: 11,
  attachment: 12,
  appointment: 16,
  comment: 21,
  contact: 22,
  tag: 25,
} as const

export type Kind = keyof typeof entityTypes

const kinds = Object.keys(entityTypes) as Kind[]

export class Database {
  /** The emulator's own, known once it listens. */
  url = ''
  #jobNumber = 10_000
  readonly company: Collection<Company>
  readonly location: Collection<Location>
  readonly user: Collection<User>
  readonly contact: Collection<Contact>
  readonly tag: Collection<Tag>
  readonly job: Collection<Job>
  readonly appointment: Collection<Appointment>
  readonly comment: Collection<Comment>
  readonly attachment: Collection<Attachment>

  constructor(clock: () => number, firstId: number) {
    this.company = new Collection(clock, firstId)
    this.location = new Collection(clock, firstId)
    this.user = new Collection(clock, firstId)
    this.contact = new Collection(clock, firstId)
    this.tag = new Collection(clock, firstId)
    this.job = new Collection(clock, firstId)
    this.appointment = new Collection(clock, firstId)
    this.comment = new Collection(clock, firstId)
    this.attachment = new Collection(clock, firstId)
  }

  uri(kind: Kind, id: number): string {
    return `${this.url}/api/${kind}/${id}`
  }

  nextJobNumber(): number {
    return ++this.#jobNumber
  }

  /** How one entity speaks of another. */
  ref(kind: 'company' | 'location' | 'tag' | 'user', id: number | null): object | null {
    const entity = this[kind].get(id)
    if (entity === undefined) return null
    const name = 'name' in entity ? entity.name : `${entity.firstName} ${entity.lastName}`
    return { id: entity.id, uri: this.uri(kind, entity.id), name }
  }

  refs(kind: 'company' | 'location' | 'tag' | 'user', ids: readonly number[]): object[] {
    return ids.map((id) => this.ref(kind, id)).filter((ref) => ref !== null)
  }

  /** The kind of an entity that exists, by the vendor's number. */
  kindOf(entityType: number, entityId: number): Kind | undefined {
    return kinds.find((kind) => entityTypes[kind] === entityType && this[kind].get(entityId) !== undefined)
  }
}
