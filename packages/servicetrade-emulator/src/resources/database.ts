import { Collection } from './collection.ts'
import type {
  Appointment,
  Attachment,
  Comment,
  Company,
  Contact,
  Job,
  Location,
  Tag,
  User,
  Webhook,
} from './entities.ts'
import type { Ids } from './ids.ts'
import { Journal } from './journal.ts'
import { entityTypes, type Kind, kinds } from './kinds.ts'

/** The data of one account. */
export class Database {
  /** The emulator's own, known once it listens. */
  url = ''
  #jobNumber = 10_000
  readonly journal: Journal = new Journal()
  readonly company: Collection<Company>
  readonly location: Collection<Location>
  readonly user: Collection<User>
  readonly contact: Collection<Contact>
  readonly tag: Collection<Tag>
  readonly job: Collection<Job>
  readonly appointment: Collection<Appointment>
  readonly comment: Collection<Comment>
  readonly attachment: Collection<Attachment>
  readonly webhook: Collection<Webhook>

  constructor(clock: () => number, ids: Ids) {
    const shared = { clock, ids, journal: this.journal }
    this.company = new Collection('company', shared)
    this.location = new Collection('location', shared)
    this.user = new Collection('user', shared)
    this.contact = new Collection('contact', shared)
    this.tag = new Collection('tag', shared)
    this.job = new Collection('job', shared)
    this.appointment = new Collection('appointment', shared)
    this.comment = new Collection('comment', shared)
    this.attachment = new Collection('attachment', shared)
    this.webhook = new Collection('webhook', shared)
  }

  uri(kind: Kind, id: number): string {
    return `${this.url}/api/${kind}/${id}`
  }

  /** Each account counts for itself, so that two can have jobs of one number. */
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
