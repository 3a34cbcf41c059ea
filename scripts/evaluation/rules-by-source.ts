import { readText } from '../../server/src/guardrails/injection/evidence.ts';
import { MODEL } from '../../server/src/guardrails/injection/load-model.ts';
import { RULES } from '../../server/src/guardrails/injection/rules.ts';
import { SHAPES } from '../../server/src/guardrails/injection/shape-table.ts';
import { familyOf, type Row } from '../injection-model/rows.ts';

/**
 * In how many families of attacks each rule and shape is seen. One that is seen in a single family may be made for it; one that is seen
 * in none is for texts that the data does not have (other languages, documents), or for nothing.
 */
export function printRules(rows: readonly Row[]): void {
  const families = new Map<string, Set<string>>();
  for (const name of [...RULES.map(({ pattern }) => pattern), ...SHAPES.map((shape) => shape.name)])
    families.set(name, new Set());
  for (const row of rows) {
    if (row.label === 0) continue;
    for (const { signs } of readText(row.text, MODEL)) {
      for (const { name } of signs) families.get(name)?.add(familyOf(row));
    }
  }
  const single = [...families].filter(([, seen]) => seen.size === 1);
  const unseen = [...families].filter(([, seen]) => seen.size === 0).map(([name]) => name);
  console.log(
    `rules and shapes: ${families.size}; seen in two families or more ${families.size - single.length - unseen.length}`,
  );
  for (const [family, named] of Map.groupBy(single, ([, seen]) => [...seen][0]))
    console.log(`only in ${family}: ${named.map(([name]) => name).join('; ')}`);
  console.log(`in none: ${unseen.join('; ')}`);
}
