import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { hasSource } from './dist.ts'
import { run } from './run.ts'
import { packages, root, type Workspace } from './workspace.ts'

// Looks at the tarballs that users would get: publint and attw each judge them, so do the rules below, and
// then each is installed beside the others, with no source and no workspace in sight, and imported.
const folder = mkdtempSync(join(tmpdir(), 'latchkey-tarballs-'))
try {
  const published = packages.filter(({ manifest }) => !manifest.private)
  const problems = (await Promise.all(published.map(problemsOf))).flat()
  if (problems.length === 0) problems.push(...(await problemsOfImporting(published)))
  for (const problem of problems) console.log(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

async function problemsOf(workspace: Workspace): Promise<string[]> {
  const { name } = workspace.manifest
  const packed = await run(`pnpm --dir ${join(root, workspace.folder)} pack --json --pack-destination ${folder}`)
  if (packed.code !== 0) return [`${name}: pnpm pack failed\n${packed.output}`]
  const { filename, files } = JSON.parse(packed.output) as { filename: string; files: { path: string }[] }
  const judged = await Promise.all([
    run(`publint run --strict ${filename}`),
    run(`attw --profile esm-only --format ascii --no-emoji ${filename}`),
    install(workspace, filename),
  ])
  const paths = files.map(({ path }) => path)
  return [
    ...judged.filter(({ code }) => code !== 0).map(({ output }) => output.trim()),
    ...['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts']
      .filter((path) => !paths.includes(path))
      .map((path) => `not in the tarball: ${path}`),
    ...paths
      .filter((path) => !belongs(workspace.folder, path))
      .map((path) => `does not belong in the tarball: ${path}`),
  ].map((problem) => `${name}: ${problem}`)
}

function belongs(workspace: string, path: string): boolean {
  if (path.startsWith('dist/')) return hasSource(workspace, path)
  return path.startsWith('src/') || /^(LICENSE|README\.md|package\.json)$/.test(path)
}

async function install(workspace: Workspace, tarball: string): Promise<{ code: number; output: string }> {
  const target = join(folder, 'node_modules', workspace.manifest.name)
  mkdirSync(target, { recursive: true })
  const { dependencies, peerDependencies } = workspace.manifest
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = join(folder, 'node_modules', name)
    if (packages.some(({ manifest }) => manifest.name === name) || existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, workspace.folder, 'node_modules', name), link, 'junction')
  }
  return run(`tar -xzf ${tarball} -C ${target} --strip-components=1`)
}

async function problemsOfImporting(published: readonly Workspace[]): Promise<string[]> {
  const results = await Promise.all(
    entriesOf(published).map(async (entry, index) => {
      const script = join(folder, `${index}.mjs`)
      writeFileSync(script, `import '${entry}'\n`)
      return { entry, ...(await run(`node ${script}`)) }
    }),
  )
  return results.filter(({ code }) => code !== 0).map(({ entry, output }) => `${entry}: cannot be imported\n${output}`)
}

/** What can be imported, as a user writes it: `@latchkey/core`, `@latchkey/express/servicetrade`. */
function entriesOf(published: readonly Workspace[]): string[] {
  return published.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {}).map((path) => manifest.name + path.slice(1)),
  )
}
