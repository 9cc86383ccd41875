/** The API's numbers for kinds of entities, as in `entityType` (documented by the vendor). */
export const entityTypes = {
  asset: 2,
  job: 3,
  user: 4,
  company: 5,
  invoice: 6,
  quote: 9,
  deficiency: 10,
  location: 11,
  attachment: 12,
  clockEvent: 15,
  appointment: 16,
  serviceRequest: 18,
  comment: 21,
  contact: 22,
  jobItem: 23,
  tag: 25,
  webhook: 26,
  quoteItem: 32,
  externalId: 33,
} as const

/** One of {@link entityTypes}. */
export type EntityTypeId = (typeof entityTypes)[keyof typeof entityTypes]
