import ts from 'typescript';
import { homeOf, isProduct, parse, placeOf, type Source, visit } from './source.js';

/* How the code is written: types, names, exports, dialects. */

/** No `any` in what ships; the word in a comment does not count. */
export function noAny(source: Source): readonly string[] {
  if (!isProduct(source.path)) return [];
  const file = parse(source);
  const found: string[] = [];
  visit(file, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${placeOf(file, node)}: any`);
  });
  return found;
}

/** No check is switched off in what ships. */
export function noSuppression({ path, text }: Source): readonly string[] {
  if (!isProduct(path)) return [];
  return text.split('\n').flatMap((line, index) => {
    const found = /@ts-(ignore|expect-error|nocheck)|biome-ignore|eslint-disable/.exec(line);
    return found ? [`${path}:${index + 1}: ${found[0]}`] : [];
  });
}

/** What a package exports is listed by hand. */
export function noExportStar(source: Source): readonly string[] {
  if (!/^packages\/[^/]+\/src\/(testing\/)?index\.ts$/.test(source.path)) return [];
  const file = parse(source);
  const found: string[] = [];
  visit(file, (node) => {
    const isStar = ts.isExportDeclaration(node) && (!node.exportClause || ts.isNamespaceExport(node.exportClause));
    if (isStar) found.push(`${placeOf(file, node)}: export *`);
  });
  return found;
}

const DIALECTS = new Set(['postgres', 'postgresql', 'pg', 'sqlite', 'sqlite3', 'mysql', 'mssql']);
const COMPARES = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

function namesDialect(node: ts.Node): boolean {
  if (ts.isStringLiteralLike(node)) return DIALECTS.has(node.text.toLowerCase());
  if (ts.isPropertyAccessExpression(node)) return /^dialect$/i.test(node.name.text);
  return ts.isIdentifier(node) && /^dialect$/i.test(node.text);
}

/** Queries never ask which database they run on; what differs is data in a file `differences`. */
export function noDialectBranch(source: Source): readonly string[] {
  const isDifferences = /\/differences(\.ts|\/)/.test(source.path);
  if (!source.path.startsWith('packages/storage-kysely/src/') || isDifferences) return [];
  const file = parse(source);
  const found: string[] = [];
  visit(file, (node) => {
    const compares =
      ts.isBinaryExpression(node) &&
      COMPARES.has(node.operatorToken.kind) &&
      (namesDialect(node.left) || namesDialect(node.right));
    const switches = (ts.isSwitchStatement(node) || ts.isCaseClause(node)) && namesDialect(node.expression);
    if (compares || switches) found.push(`${placeOf(file, node)}: asks for the dialect`);
  });
  return found;
}

const EMPTY_WORD = /(?:[a-z0-9]|^)(Manager|Helper|Helpers|Util|Utils|Info)$|^(manager|helpers?|utils?|info)$/;
const SERVICE = /(?:[a-z0-9]|^)Service$/;

function declaredName(node: ts.Node): ts.Identifier | null {
  const declares =
    ts.isClassDeclaration(node) ||
    ts.isClassExpression(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isVariableDeclaration(node);
  return declares && node.name && ts.isIdentifier(node.name) ? node.name : null;
}

/**
 * Names say what a thing is: none ends in Manager, Service, Helper, Util or Info. In examples a service is a system
 * that runs, so functions and values may act on one (`restartService`); a class or type may not be called so.
 */
export function names(source: Source): readonly string[] {
  if (!isProduct(source.path)) return [];
  const inExample = homeOf(source.path)?.home.startsWith('examples/') ?? false;
  const file = parse(source);
  const found: string[] = [];
  visit(file, (node) => {
    const name = declaredName(node);
    if (!name) return;
    const isValue = ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node) || ts.isMethodDeclaration(node);
    const isEmpty = EMPTY_WORD.test(name.text) || (SERVICE.test(name.text) && !(inExample && isValue));
    if (isEmpty) found.push(`${placeOf(file, name)}: ${name.text}`);
  });
  return found;
}
