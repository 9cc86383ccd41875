import type { Resource, ResourceRef } from './resource.ts'

/** The documented ones; the API may come to know others. */
export type DeficiencySeverity = 'inoperable' | 'deficient' | 'suggested' | (string & {})

/** The documented ones; the API may come to know others. */
export type DeficiencyStatus = 'new' | 'invalid' | 'verified' | 'fixed' | (string & {})

/** `/deficiency`: what is wrong with an asset. */
export interface Deficiency extends Resource {
  severity: DeficiencySeverity
  status: DeficiencyStatus
  asset?: ResourceRef
}
