import { setTimeout as pause } from 'node:timers/promises'

// With --expose-gc.
declare const gc: () => void

/** Bytes of the heap that are in use, once what can be collected was: some of it only after others, and callbacks, ran. */
export async function usedHeap(): Promise<number> {
  for (let round = 0; round < 5; round += 1) {
    gc()
    await pause(10)
  }
  gc()
  return process.memoryUsage().heapUsed
}
