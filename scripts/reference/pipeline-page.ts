import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { code, markdownTable, page } from './markdown.ts';

const FILE = join(import.meta.dirname, '../../server/src/gateway/pipeline.ts');

interface StageLine {
  readonly name: string;
  /** The comment behind it: why it stands here. */
  readonly reason: string;
}

export function pipelinePage(): string {
  const stages = readStages(readFileSync(FILE, 'utf8'));
  if (stages.length === 0)
    throw new Error('pipeline.ts has no list of stages any more; teach pipeline-page.ts its form');
  const rows = stages.map(({ name, reason }, at) => [String(at + 1), code(name), reason]);
  return page('The pipeline', [
    'Every call passes these stages in this order; the spans of a trace follow the same list.',
    markdownTable(['', 'stage', 'why here'], rows),
  ]);
}

/** The elements of the returned array, with the comment at the end of each line. */
function readStages(text: string): StageLine[] {
  const syntax = ts.createSourceFile(FILE, text, ts.ScriptTarget.Latest, true);
  const stages: StageLine[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression && ts.isArrayLiteralExpression(node.expression)) {
      for (const element of node.expression.elements) {
        if (!ts.isCallExpression(element)) continue;
        const restOfLine = text.slice(element.end, text.indexOf('\n', element.end));
        stages.push({ name: element.expression.getText(), reason: /\/\/ (.*)$/.exec(restOfLine)?.[1] ?? '' });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return stages;
}
