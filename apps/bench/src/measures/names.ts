/** Of all measures, in the order in which they run and are shown. */
export const measureNames = ['throughput', 'recovery', 'imports', 'cold-start', 'install', 'scale'] as const
