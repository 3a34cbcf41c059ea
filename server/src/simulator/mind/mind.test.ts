import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTurn } from './answer.ts';
import { citiesIn } from './cities.ts';
import { cachedPrefixTokens, countInputTokens } from './input-tokens.ts';
import { writeProse } from './prose.ts';
import { countTokens, cutIntoTokens } from './tokens.ts';
import type { Turn } from './turn.ts';

function turn(text: string, change: Partial<Turn> = {}): Turn {
  return {
    model: 'm',
    messages: [{ role: 'user', text, media: [] }],
    tools: [],
    toolChoice: 'auto',
    parallelCalls: true,
    jsonMode: false,
    reasoning: false,
    stop: [],
    talksBeforeCalls: false,
    ...change,
  };
}

describe('tokens', () => {
  it('join to the text again, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => cutIntoTokens(text).join('') === text));
  });

  it('are about four characters of English each', () => {
    const text = writeProse('write 500 words', 3);
    expect(text.length / countTokens(text)).toBeGreaterThan(3);
    expect(text.length / countTokens(text)).toBeLessThan(6);
  });

  it('of a prefix count as cached in blocks of 128 from 1,024 on', () => {
    expect([1023, 1024, 1300].map(cachedPrefixTokens)).toEqual([0, 1024, 1280]);
  });
});

describe('prose', () => {
  it('has the words that the prompt asks for', () => {
    expect(writeProse('in 120 words', 1).split(' ')).toHaveLength(120);
  });

  it('speaks of what the prompt speaks of', () => {
    expect(writeProse('Please explain hydroelectric turbines', 1)).toContain('hydroelectric turbines');
  });
});

describe('cities', () => {
  it.each([
    ['weather in Oslo and Rome', ['Oslo', 'Rome']],
    ['What about Oslo and Rome?', ['Oslo', 'Rome']],
    ['Forecast for Oslo, Rome and New York today', ['Oslo', 'Rome', 'New York']],
    ['Weather at Zürich', ['Zürich']],
    ['what is the weather', []],
  ])('in %j are %j', (text, cities) => {
    expect(citiesIn(text)).toEqual(cities);
  });
});

describe('an answer', () => {
  const weather = { name: 'get_weather', description: '', kind: 'function' as const };
  const mail = { name: 'send_mail', description: '', kind: 'function' as const };

  it('calls the tool that the prompt names, and none when nothing asks for it', () => {
    const tools = [weather, mail];
    expect(answerTurn(turn('please send_mail now', { tools }), 1).calls.map((call) => call.name)).toEqual([
      'send_mail',
    ]);
    expect(answerTurn(turn('the weather?', { tools }), 1).calls.map((call) => call.name)).toEqual(['get_weather']);
    expect(answerTurn(turn('a poem', { tools }), 1).calls).toEqual([]);
  });

  it('calls a tool when one is required, the named one when named', () => {
    const tools = [weather, mail];
    expect(answerTurn(turn('a poem', { tools, toolChoice: 'required' }), 1).calls).toHaveLength(1);
    expect(answerTurn(turn('a poem', { tools, toolChoice: { name: 'send_mail' } }), 1).calls[0]?.name).toBe(
      'send_mail',
    );
  });

  it('never says more tokens than it may, thinking included', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 120 }), fc.boolean(), (text, maxTokens, reasoning) => {
        const answer = answerTurn(turn(text, { maxTokens, reasoning }), 1);
        const said = countTokens(answer.text);
        expect(said).toBe(answer.outputTokens - answer.thinkingTokens);
        expect(said).toBeLessThanOrEqual(Math.max(0, maxTokens - answer.thinkingTokens));
        if (answer.finish === 'stop') expect(answer.outputTokens).toBeLessThanOrEqual(maxTokens);
      }),
    );
  });

  it('is JSON in JSON mode', () => {
    expect(JSON.parse(answerTurn(turn('say "x"', { jsonMode: true }), 1).text)).toEqual({ answer: 'x' });
  });

  it.each([
    [
      'user',
      'Answer with one JSON value that is valid against this JSON Schema:\n{"type":"object","properties":{"a}":{"const":"\\"{"}},"required":["a}"]} and nothing else',
      { 'a}': '"{' },
    ],
    ['system', 'JSON schema:\n{"const":[1]}\nYou MUST obey.', [1]],
  ] as const)('keeps to a schema that the %s spells out in words', (role, text, value) => {
    const messages = [{ role, text, media: [] }, ...(role === 'system' ? turn('go').messages : [])];
    expect(JSON.parse(answerTurn(turn('', { messages, jsonMode: true }), 1).text)).toEqual(value);
  });

  it('talks about JSON schemas like about anything else', () => {
    expect(answerTurn(turn('explain what a JSON schema {is'), 1).text).toMatch(/^[A-Z]/);
  });

  it('costs more input with every message, medium and tool', () => {
    const plain = countInputTokens(turn('hello'));
    const media = [{ kind: 'image' as const, label: 'png' }];
    expect(countInputTokens(turn('hello', { messages: [{ role: 'user', text: 'hello', media }] }))).toBe(plain + 85);
    expect(countInputTokens(turn('hello', { tools: [weather] }))).toBeGreaterThan(plain);
  });
});

describe('advice about log patterns', () => {
  const system = { role: 'system', text: 'Which log patterns are worth what? See <data-1f>.', media: [] } as const;
  const asked = (data: object) =>
    turn('', {
      messages: [system, { role: 'user', text: `<data-1f>\n${JSON.stringify(data)}\n</data-1f>`, media: [] }],
    });

  it('names and classes each by its words, and says what it made of the data', () => {
    const patterns = [
      { id: 'P1', template: 'cache hit for product:<*>', bytes: 900 },
      { id: 'P2', template: 'user <*> changed the password', bytes: 100 },
    ];
    const text = answerTurn(asked({ patterns, anomalies: [], cost_target_usd_per_day: 2 }), 1).text;
    expect(JSON.parse(text)).toMatchObject({
      reasoning: expect.stringContaining('P1, "cache hit for product", is 90% of the bytes'),
      patterns: [
        { id: 'P1', class: 'debug', name: 'cache hit for product' },
        { id: 'P2', class: 'security', name: 'user changed the password' },
      ],
      locks: ['P2'],
    });
  });

  it('is not given to data in marks that the system text does not name', () => {
    const { messages } = asked({ patterns: [] });
    const text = answerTurn(turn('', { messages: messages.slice(1) }), 1).text;
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });
});
