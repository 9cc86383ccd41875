/** The vendor's numbers for kinds of entities, as in `entityType`. */
export const entityTypes = {
  job: 3,
  user: 4,
  company: 5,
  location: 11,
  attachment: 12,
  appointment: 16,
  comment: 21,
  contact: 22,
  tag: 25,
  webhook: 26,
} as const

export type Kind = keyof typeof entityTypes

export const kinds = Object.keys(entityTypes) as Kind[]

/** The numbers that webhooks can be about, of kinds that the emulator does not have, too. Comments and tags are not. */
export const firingTypes: readonly number[] = [2, 3, 4, 5, 6, 9, 10, 11, 12, 15, 16, 22, 23, 32]
