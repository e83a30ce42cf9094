import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** One text file; `path` is relative to the repository, with slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', 'reference']);
const BINARY = /\.(png|jpe?g|gif|ico|woff2?|gz|tgz|zip|sqlite(-shm|-wal)?)$/;
const CODE = /\.(ts|mts|tsx|mjs|js)$/;

/** Every text file of the repository. */
export function allFiles(): readonly Source[] {
  return readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !BINARY.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => NOT_OURS.has(part)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The files that hold code. */
export function codeOf(files: readonly Source[]): readonly Source[] {
  return files.filter(({ path }) => CODE.test(path));
}

/** The package or example a file belongs to, and the part of its path below that; null for the files of the root. */
export function homeOf(path: string): { readonly home: string; readonly name: string; readonly below: string } | null {
  const [kind, name, ...below] = path.split('/');
  if ((kind !== 'packages' && kind !== 'examples') || name === undefined || below.length === 0) return null;
  return { home: `${kind}/${name}`, name, below: below.join('/') };
}

/** Whether a file is in the `src` of a package or of an example, and no test. */
export function isProduct(path: string): boolean {
  return (homeOf(path)?.below.startsWith('src/') ?? false) && !path.endsWith('.test.ts');
}

/** The syntax tree of a file. */
export function parse({ path, text }: Source): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Visits every node of a file. */
export function visit(file: ts.SourceFile, look: (node: ts.Node) => void): void {
  const go = (node: ts.Node): void => {
    look(node);
    ts.forEachChild(node, go);
  };
  go(file);
}

/** Where a node is, as editors understand it. */
export function placeOf(file: ts.SourceFile, node: ts.Node): string {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}

/** One import, re-export, `import()`, import type, or place of a module that is looked up. */
export interface Import {
  readonly specifier: string;
  readonly place: string;
  /** The names that are taken, where they are listed. */
  readonly names: readonly string[];
}

function namesOf(node: ts.ImportDeclaration | ts.ExportDeclaration): readonly string[] {
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
  if (bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) {
    return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
  }
  return ['*'];
}

/** `import()`, `require()`, `import.meta.resolve()` and what `createRequire` makes of them. */
function loadsModule(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return /^(require|createRequire\([^)]*\))(\.resolve)?$|^import\.meta\.resolve$/.test(callee.getText());
}

/** All that a file imports. */
export function importsOf(source: Source): readonly Import[] {
  const file = parse(source);
  const imports: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      imports.push({ specifier: specifier.text, place: placeOf(file, node), names });
    }
  };
  visit(file, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, namesOf(node));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, ['*']);
    else if (ts.isCallExpression(node) && loadsModule(node.expression)) add(node, node.arguments[0], ['*']);
  });
  return imports;
}

/** The repository path that a relative import points to. */
export function resolveImport(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}

/** The package that a bare import comes from: `@remit/core/testing` is of `@remit/core`; null for relative and node: ones. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return null;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
