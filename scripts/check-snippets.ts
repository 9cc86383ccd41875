import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'
import { root } from './workspace.ts'

// Compiles every ```ts block of the documentation: each alone, strictly, in a folder outside of the
// workspace that finds the packages by name, as a user's project would.
const documents = ['README.md', 'docs/**/*.md', 'packages/*/README.md', 'apps/*/README.md']
const fence = /^( *)```ts\b.*\n([^]*?)^ *```$/gm

const snippets = globSync(documents, { cwd: root, exclude: ['**/node_modules/**'] })
  .toSorted()
  .flatMap(snippetsOf)
const folder = mkdtempSync(join(tmpdir(), 'latchkey-snippets-'))
try {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  for (const [index, { code }] of snippets.entries()) writeFileSync(join(folder, `${index}.ts`), code)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        rootDir: '/',
        noEmit: true,
        composite: false,
        declarationMap: false,
        moduleDetection: 'force',
        // As Nest's own projects are compiled.
        erasableSyntaxOnly: false,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: false,
        noUnusedLocals: false,
        noUnusedParameters: false,
      },
      include: ['*.ts'],
    }),
  )
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const { code, output } = await run(`tsc --pretty false --project ${folder}`)
  console.log(code === 0 ? `${snippets.length} snippets` : inDocuments(output))
  process.exitCode = code
} finally {
  rmSync(folder, { recursive: true })
}

interface Snippet {
  readonly document: string
  readonly line: number
  readonly code: string
}

function snippetsOf(document: string): Snippet[] {
  const text = readFileSync(join(root, document), 'utf8')
  return [...text.matchAll(fence)].map((match) => ({
    document,
    line: text.slice(0, match.index).split('\n').length,
    code: match[2] ?? '',
  }))
}

/** The compiler's messages, with each place said as a line of the document. */
function inDocuments(output: string): string {
  return output.replace(/^\S*?(\d+)\.ts\((\d+),/gm, (place, index: string, line: string) => {
    const snippet = snippets[Number(index)]
    return snippet === undefined ? place : `${snippet.document}(${snippet.line + Number(line)},`
  })
}
