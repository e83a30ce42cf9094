import ts from 'typescript';
import { importsOf, parse, placeOf, type Source, visit } from './source.js';

/* The domain and the views are arithmetic: facts in, values out. */

const WORLD = new Set([
  'process',
  'console',
  'performance',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'globalThis',
  'crypto',
  'XMLHttpRequest',
  'WebSocket',
]);

/** Whether an identifier stands for a value, not for the name of a property or of something declared here. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isQualifiedName(parent)) return false;
  return !('name' in parent && parent.name === node);
}

function impureNode(node: ts.Node): string | null {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (node.kind === ts.SyntaxKind.AwaitKeyword || ts.isAwaitExpression(node)) return 'await';
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    if (text === 'Date.now' || text === 'Math.random') return text;
  }
  if (ts.isIdentifier(node) && WORLD.has(node.text) && isValue(node)) return node.text;
  return null;
}

const PURE = ['packages/core/src/domain/', 'packages/ui/src/view/'];

/** core/src/domain and ui/src/view wait for nothing and look at nothing: no await, clock, randomness, environment, log, timer or network. */
export function purity(source: Source): readonly string[] {
  if (!PURE.some((folder) => source.path.startsWith(folder))) return [];
  const file = parse(source);
  const found: string[] = [];
  visit(file, (node) => {
    const impure = impureNode(node);
    if (impure !== null) found.push(`${placeOf(file, node)}: ${impure}`);
  });
  for (const { specifier, names, place } of importsOf(source)) {
    const isHash = specifier === 'node:crypto' && names.every((name) => name === 'hash');
    if (specifier.startsWith('node:') && !isHash) found.push(`${place}: imports ${names.join(', ')} of ${specifier}`);
  }
  return found;
}
