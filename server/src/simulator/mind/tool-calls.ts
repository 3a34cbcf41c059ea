import { citiesIn } from './cities.ts';
import { sampleSchema } from './schema-sample.ts';
import { freshToolResults, lastUserText, type ToolCall, type Turn, type TurnTool } from './turn.ts';

const PLACE_NAMES = ['city', 'location', 'place', 'town', 'destination'];

/** The tool calls that the model makes on this turn; none when it should answer in words. */
export function chooseToolCalls(turn: Turn, seed: number): ToolCall[] {
  if (turn.tools.length === 0 || turn.toolChoice === 'none' || freshToolResults(turn).length > 0) return [];
  const text = lastUserText(turn);
  const tool = chooseTool(turn, text);
  if (!tool) return [];
  const cities = citiesIn(text);
  const subjects = turn.parallelCalls && typeof turn.toolChoice === 'string' ? cities : cities.slice(0, 1);
  return (subjects.length > 0 ? subjects : [undefined]).map((city, index) => callTool(tool, city, seed + index));
}

function chooseTool(turn: Turn, text: string): TurnTool | undefined {
  const choice = turn.toolChoice;
  if (typeof choice === 'object') return turn.tools.find((tool) => tool.name === choice.name);
  const lower = text.toLowerCase();
  const named = turn.tools.find((tool) => lower.includes(tool.name.toLowerCase()));
  if (named) return named;
  const asksForWeather = /\bweather\b/i.test(text);
  const meant = turn.tools.find((tool) => asksForWeather && /weather/i.test(`${tool.name} ${tool.description}`));
  return meant ?? (choice === 'required' || asksForWeather ? turn.tools[0] : undefined);
}

function callTool(tool: TurnTool, city: string | undefined, seed: number): ToolCall {
  if (tool.kind === 'custom') return { name: tool.name, kind: 'custom', input: city ?? `input for ${tool.name}` };
  const hints = city === undefined ? {} : Object.fromEntries(PLACE_NAMES.map((name) => [name, city]));
  const input = tool.schema ? sampleSchema(tool.schema, seed, hints) : {};
  return { name: tool.name, kind: 'function', input: JSON.stringify(input) };
}
