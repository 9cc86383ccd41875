import type { Resource } from './resource.ts'

/**
 * `/externalid/{entityType}/{entityId}/{system}`: what another system calls an entity. What the API answers with is not
 * documented: nothing is promised.
 */
export interface ExternalId extends Partial<Resource> {}
