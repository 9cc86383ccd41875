import type { JobRef } from './job.ts'
import type { Resource } from './resource.ts'

/** `/jobitem`: an item on a job. Which fields it has is not known: few are promised. */
export interface JobItem extends Resource {
  name?: string
  job?: JobRef | null
}

/** `/libitem`: an item of the library. Which fields it has is not known: few are promised. */
export interface LibItem extends Resource {
  name?: string
}

/** `/serviceitem`. Which fields it has is not known: few are promised. */
export interface ServiceItem extends Resource {
  name?: string
}
