import type { Broken } from './broken-memory-stores.ts'
import type { stores } from './file-stores.ts'

const processes = 'two processes or more > '
const document = 'a document > '

export const brokenFileStores: readonly Broken<keyof typeof stores>[] = [
  [
    'keeps documents to its own process',
    [
      `${processes}see what the other wrote at once`,
      `${processes}open a new place at once, and create a document once`,
      `${document}outlives its store: another one finds it and its version`,
    ],
    'lonely',
  ],
  ['reads and writes a file without a lock', [`${processes}lose no increment`], 'lockless'],
  [
    'writes its file a moment after it said so',
    [`${document}outlives a writer that is killed the moment its write resolves`],
    'late',
  ],
  [
    'cannot go on when one of its users was killed',
    [
      `${processes}go on when others are killed at work`,
      `${document}outlives writers that are killed at work: it holds all of the last write or of the one before`,
    ],
    'bereaved',
  ],
  [
    'stays locked for ever when the holder of the lock was killed',
    [
      `${processes}go on when others are killed at work`,
      `${document}outlives writers that are killed at work: it holds all of the last write or of the one before`,
    ],
    'locking',
  ],
  ['has a watch that it does not claim', ['watching > is not there: sessions poll'], 'watching'],
]

/** Of stores that claim to watch. */
export const brokenWatchingStores: readonly Broken<keyof typeof stores>[] = [
  [
    'never hears of other processes, and keeps its own alive',
    ["watching > hints at another process's change", 'watching > does not keep the process alive'],
    'deaf',
  ],
]
