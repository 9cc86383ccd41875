import { firstAnswers } from './first-answer.ts'
import type { Loaded, Task } from './task.ts'

// A process that does one thing, and tells on stdout: a channel to its parent would have loaded half of node:http.
declare const gc: () => void

const task = JSON.parse(process.argv[2]!) as Task
process.stdout.write(JSON.stringify(await load(task)))
process.exit()

async function load({ name, specs, origin }: Task): Promise<Loaded> {
  gc()
  const before = process.memoryUsage()
  const start = performance.now()
  const modules = await Promise.all(specs.map((spec) => import(spec) as Promise<object>))
  const time = performance.now() - start
  gc()
  const after = process.memoryUsage()
  const resumed = performance.now()
  await firstAnswers[name]?.(origin)
  const more = performance.now() - resumed
  // What is still of use was not collected.
  if (modules.length !== specs.length) throw new Error('Not all was imported')
  return {
    time,
    heap: after.heapUsed - before.heapUsed,
    rss: after.rss - before.rss,
    ...(name in firstAnswers && { answer: time + more }),
  }
}
