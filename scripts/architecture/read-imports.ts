import ts from 'typescript';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** True when nothing of it exists at run time. */
  readonly typeOnly: boolean;
  /** The file inside the repository; absent for packages and Node's own modules. */
  readonly target?: string;
  /** The names taken from the module as it exports them; `default` and `*` for the whole. */
  readonly names: readonly string[];
}

type Resolve = (specifier: string) => string | undefined;

/** Every way a file can name another: import, export from, import(), require(), import types. */
export function readImports(syntax: ts.SourceFile, resolve: Resolve): Import[] {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const found = readImport(node);
    if (found) {
      const target = resolve(found.specifier);
      const line = lineOf(syntax, node);
      imports.push(target === undefined ? { ...found, line } : { ...found, line, target });
    }
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return imports;
}

export function lineOf(syntax: ts.SourceFile, node: ts.Node): number {
  return syntax.getLineAndCharacterOfPosition(node.getStart(syntax)).line + 1;
}

type Found = Pick<Import, 'specifier' | 'typeOnly' | 'names'>;

function readImport(node: ts.Node): Found | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, ...readImportClause(node.importClause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, ...readExportClause(node) };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, typeOnly: true, names: ['*'] };
  }
  return ts.isCallExpression(node) ? readImportCall(node) : undefined;
}

function readImportCall(node: ts.CallExpression): Found | undefined {
  const [argument] = node.arguments;
  if (!argument || !ts.isStringLiteralLike(argument)) return undefined;
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  return isImport || isRequire ? { specifier: argument.text, typeOnly: false, names: ['*'] } : undefined;
}

function readImportClause(clause: ts.ImportClause | undefined): Pick<Import, 'typeOnly' | 'names'> {
  if (!clause) return { typeOnly: false, names: [] };
  const names = clause.name ? ['default'] : [];
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) names.push('*');
  if (bindings && ts.isNamedImports(bindings)) {
    names.push(...bindings.elements.map((element) => (element.propertyName ?? element.name).text));
  }
  const everyNameIsType =
    !clause.name &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.length > 0 &&
    bindings.elements.every((element) => element.isTypeOnly);
  return { typeOnly: clause.phaseModifier === ts.SyntaxKind.TypeKeyword || everyNameIsType, names };
}

function readExportClause(node: ts.ExportDeclaration): Pick<Import, 'typeOnly' | 'names'> {
  const clause = node.exportClause;
  if (!clause || !ts.isNamedExports(clause)) return { typeOnly: node.isTypeOnly, names: ['*'] };
  const names = clause.elements.map((element) => (element.propertyName ?? element.name).text);
  const everyNameIsType = clause.elements.length > 0 && clause.elements.every((element) => element.isTypeOnly);
  return { typeOnly: node.isTypeOnly || everyNameIsType, names };
}
