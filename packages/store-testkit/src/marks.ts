/** How a process that is going to be killed tells where it is with its writes. */
export const marks = { begun: '(', written: ')', refused: '-' } as const
