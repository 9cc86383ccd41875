/** Of all measures, in the order in which they run and are shown. */
export const measureNames = ['throughput', 'recovery', 'imports', 'cold-start', 'install', 'scale'] as const

/** Of those that a quick run leaves out: they take long, and no aim is about their time. */
export const slowNames: readonly string[] = ['cold-start']
