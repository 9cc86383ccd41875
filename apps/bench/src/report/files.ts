import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderJson } from './json.ts'
import { renderMarkdown } from './markdown.ts'
import { withFigures } from './page.ts'
import { renderPicture } from './picture.ts'
import type { Report } from './report.ts'

/** Makes the folder if there is none. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'report.md'), renderMarkdown(report))
  await writeFile(join(folder, 'report.json'), renderJson(report))
  await writePicture(join(folder, 'report.svg'), report)
}

/** @param docs the folder with the page, whose figures are replaced */
export async function publishReport(docs: string, report: Report): Promise<void> {
  const page = join(docs, 'benchmarks.md')
  await writeFile(page, withFigures(await readFile(page, 'utf8'), report))
  await writeFile(join(docs, 'benchmarks.json'), renderJson(report))
  await writePicture(join(docs, 'benchmarks.svg'), report)
}

async function writePicture(path: string, report: Report): Promise<void> {
  const picture = renderPicture(report)
  if (picture !== undefined) await writeFile(path, picture)
}
