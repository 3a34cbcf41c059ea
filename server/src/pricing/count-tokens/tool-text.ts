import type { FunctionTool } from '../../kernel/chat.ts';
import { asArray, asObject, asString, type Json } from '../../kernel/json.ts';

/**
 * OpenAI does not publish how a model sees its tools. Counts of real replies fit declarations in the manner of TypeScript:
 * one type per function, descriptions as comments.
 */
export function toolText(tools: readonly FunctionTool[]): string {
  const declared = tools.map((tool) => {
    const comment = tool.description === undefined ? '' : `// ${tool.description}\n`;
    const fields = fieldsOf(tool.parameters);
    return `${comment}type ${tool.name} = (${fields === '' ? '' : `_: {\n${fields}\n}`}) => any;\n`;
  });
  return `namespace functions {\n\n${declared.join('\n')}\n} // namespace functions`;
}

function fieldsOf(schema: Json | undefined): string {
  const object = asObject(schema);
  const required = asArray(object?.required) ?? [];
  return Object.entries(asObject(object?.properties) ?? {})
    .map(([name, value]) => {
      const description = asString(asObject(value)?.description);
      const comment = description === undefined ? '' : `// ${description}\n`;
      return `${comment}${name}${required.includes(name) ? '' : '?'}: ${typeOf(value)},`;
    })
    .join('\n');
}

function typeOf(schema: Json | undefined): string {
  const object = asObject(schema);
  const choices = asArray(object?.enum);
  if (choices !== undefined) return choices.map((choice) => JSON.stringify(choice)).join(' | ');
  switch (object?.type) {
    case 'string':
    case 'boolean':
    case 'null':
    case 'number':
      return object.type;
    case 'integer':
      return 'number';
    case 'array':
      return `${typeOf(object.items)}[]`;
    case 'object':
      return `{\n${fieldsOf(object)}\n}`;
    default:
      return 'any';
  }
}
