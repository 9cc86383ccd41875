import type { Appointment } from './appointment.ts'
import type { Asset } from './asset.ts'
import type { Attachment } from './attachment.ts'
import type { Comment } from './comment.ts'
import type { Company } from './company.ts'
import type { Contact } from './contact.ts'
import type { Deficiency } from './deficiency.ts'
import type { History } from './history.ts'
import type { Invoice, Payment, TaxRate } from './invoice.ts'
import type { JobItem, LibItem, ServiceItem } from './items.ts'
import type { Job } from './job.ts'
import type { Location } from './location.ts'
import type { Quote, QuoteRequest } from './quote.ts'
import type { ServiceLine } from './service-line.ts'
import type { ServiceRequest } from './service-request.ts'
import type { Tag } from './tag.ts'
import type { User } from './user.ts'
import type { Webhook } from './webhook.ts'

/**
 * The resources that have lists, by their paths: what each is, and what a list of them is called in an answer. Calls
 * read their types from it, so that one that is added by declaration merging is known to them all.
 */
export interface ResourceLists {
  appointment: { item: Appointment; key: 'appointments' }
  asset: { item: Asset; key: 'assets' }
  attachment: { item: Attachment; key: 'attachments' }
  comment: { item: Comment; key: 'comments' }
  company: { item: Company; key: 'companies' }
  contact: { item: Contact; key: 'contacts' }
  deficiency: { item: Deficiency; key: 'deficiencies' }
  history: { item: History; key: 'histories' }
  invoice: { item: Invoice; key: 'invoices' }
  job: { item: Job; key: 'jobs' }
  jobitem: { item: JobItem; key: 'jobItems' }
  libitem: { item: LibItem; key: 'libItems' }
  location: { item: Location; key: 'locations' }
  payment: { item: Payment; key: 'payments' }
  quote: { item: Quote; key: 'quotes' }
  quoterequest: { item: QuoteRequest; key: 'quoterequests' }
  serviceitem: { item: ServiceItem; key: 'serviceitems' }
  serviceline: { item: ServiceLine; key: 'servicelines' }
  servicerequest: { item: ServiceRequest; key: 'servicerequests' }
  tag: { item: Tag; key: 'tags' }
  taxrate: { item: TaxRate; key: 'taxrates' }
  user: { item: User; key: 'users' }
  webhook: { item: Webhook; key: 'webhooks' }
}
