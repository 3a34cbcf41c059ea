import ts from 'typescript';

/** Sources and build are entries of one package; built code takes the built ones. */
const BUILT_ENTRIES: Readonly<Record<string, string>> = {
  '@weir/contract': '@weir/contract/dist',
  '@weir/sampler': '@weir/sampler/dist/index',
  '@weir/sampler/signature': '@weir/sampler/dist/signature',
  '@weir/sampler/decision': '@weir/sampler/dist/decision',
};

/**
 * Redirects what the compiler leaves alone: `new URL('./worker.ts', import.meta.url)`, which is how a worker
 * thread is started, and imports of another workspace by its name.
 */
export const pointAtDist: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isStringLiteral(node)) return redirect(node, context.factory);
    return ts.visitEachChild(node, visit, context);
  };
  return (file) => ts.visitEachChild(file, visit, context);
};

function redirect(literal: ts.StringLiteral, factory: ts.NodeFactory): ts.StringLiteral {
  if (isSpecifier(literal)) {
    const entry = BUILT_ENTRIES[literal.text];
    return entry ? factory.createStringLiteral(entry) : literal;
  }
  const isWorkerUrl = isFirstArgumentOfUrl(literal) && /^\.{1,2}\/.*\.ts$/.test(literal.text);
  return isWorkerUrl ? factory.createStringLiteral(literal.text.replace(/\.ts$/, '.js')) : literal;
}

function isSpecifier({ parent }: ts.StringLiteral): boolean {
  const isImportCall = ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImportCall || ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent);
}

function isFirstArgumentOfUrl(literal: ts.StringLiteral): boolean {
  const { parent } = literal;
  if (!ts.isNewExpression(parent) || parent.expression.getText() !== 'URL') return false;
  return parent.arguments?.[0] === literal && parent.arguments[1]?.getText() === 'import.meta.url';
}
