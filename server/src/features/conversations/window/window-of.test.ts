import { describe, expect, it } from 'vitest';
import type { Content, Message, Role } from '../../../kernel/chat.ts';
import { cutAt } from './cut-at.ts';
import { type WindowBudget, windowOf } from './window-of.ts';

const say = (role: Role, text: string): Message => ({ role, content: [{ type: 'text', text }] });
const call = (...ids: string[]): Message => ({
  role: 'assistant',
  content: [
    { type: 'reasoning', text: 'hm', signature: 's', wire: 'anthropic-messages' },
    ...ids.map((id): Content => ({ type: 'tool-call', id, name: 'look', argumentsText: '{}' })),
  ],
});
const result = (...ids: string[]): Message => ({
  role: 'tool',
  content: ids.map((id) => ({ type: 'tool-result', toolCallId: id, content: [{ type: 'text', text: id }] })),
});
const talk = (turns: number): Message[] =>
  Array.from({ length: turns }, (_, at) => [say('user', `u${at}`), say('assistant', `a${at}`)]).flat();
const SYSTEM = say('system', 'be kind');
const ASK = say('user', 'and now?');
/** Every message has ten tokens. */
const tokensOf = () => 10;
const PLENTY = 1_000_000;

function view(history: readonly Message[], budget: Partial<WindowBudget>) {
  return windowOf(history, { messages: PLENTY, tokens: PLENTY, ...budget }, { tokensOf });
}
const view10 = (history: readonly Message[]) => view(history, { messages: 10 }).messages;

/** Of a chat of 100 turns: the share of turns that begin with all that was sent the last time, and of all that is sent. */
function cacheHits(viewAt: (history: readonly Message[]) => readonly Message[]) {
  const long = talk(100);
  const count = { turns: 0, sent: 0, hit: 0 };
  let before: readonly Message[] = [];
  for (let turn = 0; turn < 100; turn++) {
    const messages = viewAt([SYSTEM, ...long.slice(0, 2 * turn), long[2 * turn] as Message]);
    const differs = messages.findIndex((message, at) => message !== before[at]);
    const same = differs < 0 ? messages.length : differs;
    if (turn > 0 && same === before.length) count.turns++;
    count.hit += same;
    count.sent += messages.length;
    before = messages;
  }
  return { turns: count.turns / 99, sent: count.hit / count.sent };
}

describe('the window of a conversation', () => {
  it('is the conversation itself while it fits', () => {
    const history = [SYSTEM, ...talk(4), ASK];
    const { messages, tokens, left } = view(history, { messages: 10, tokens: 100 });
    expect(messages).toEqual(history);
    expect([tokens, left]).toEqual([100, 0]);
  });

  it('is cut to less than it could be and then grows, so that its beginning stays where it was', () => {
    const starts = Array.from({ length: 12 }, (_, turns) => {
      const messages = view10([SYSTEM, ...talk(turns), ASK]);
      expect(messages[0]).toBe(SYSTEM);
      expect(messages.length).toBeLessThanOrEqual(11);
      return messages[1]?.content[0];
    });
    const said = ['u0', 'u0', 'u0', 'u0', 'u3', 'u3', 'u3', 'u6', 'u6', 'u6', 'u9'];
    expect(starts.slice(1)).toEqual(said.map((text) => ({ type: 'text', text })));
  });

  it('keeps system and developer messages wherever they stand', () => {
    const midway = say('developer', 'be brief');
    const messages = view10([SYSTEM, ...talk(3), midway, ...talk(10), ASK]);
    expect(messages.slice(0, 2)).toEqual([SYSTEM, midway]);
  });

  it('keeps a tool call with all its results or leaves all of them out', () => {
    const agent = [say('user', 'go'), call('a', 'b'), result('a'), result('b'), say('assistant', 'done')];
    for (let messages = 2; messages < 14; messages++) {
      const kept = view([...agent, ...talk(2), ASK], { messages }).messages;
      const has = (message: Message | undefined) => message !== undefined && kept.includes(message);
      expect([has(agent[1]), has(agent[2]), has(agent[3])]).toEqual(Array(3).fill(kept.includes(agent[0] as Message)));
    }
  });

  it('leaves out calls that nobody answered and answers to nothing', () => {
    const history = [say('user', 'go'), call('a', 'b'), result('a'), say('user', 'stop'), result('z'), ASK];
    expect(view(history, {}).messages).toEqual([history[0], history[3], ASK]);
  });

  it('puts answers behind their calls', () => {
    const history = [say('user', 'go'), call('a'), ASK, call('b'), result('b', 'a'), say('user', 'go on')];
    expect(view(history, {}).messages).toEqual([
      history[0],
      history[1],
      result('a'),
      ASK,
      history[3],
      result('b'),
      history[5],
    ]);
  });

  it('gives an answer to the latest call of its name', () => {
    const history = [say('user', 'go'), call('1'), result('1'), call('1'), result('1'), ASK];
    expect(view(history, {}).messages).toEqual(history);
  });

  it('keeps the last user message and what was said last when the turn itself is too long', () => {
    const rounds = Array.from({ length: 20 }, (_, at) => [call(`c${at}`), result(`c${at}`)]).flat();
    const messages = view10([SYSTEM, ...talk(3), ASK, ...rounds]);
    expect(messages[1]).toBe(ASK);
    expect(messages.at(-1)).toBe(rounds.at(-1));
    expect(messages.length).toBeLessThanOrEqual(11);
    expect(messages[2]?.role).toBe('assistant');
  });

  it.each([
    ['tokens', { tokens: 15 }, 'have 20 tokens, and the window of the conversation takes 15'],
    ['messages', { messages: 2 }, 'have 3 messages, and the window of the conversation takes 2'],
  ])('refuses a last turn that is over the budget of %s, and says what to do', (axis, budget, text) => {
    const history = axis === 'tokens' ? [SYSTEM, ASK] : [ASK, call('a'), result('a')];
    expect(() => view(history, budget)).toThrow(
      expect.objectContaining({ code: 'request.invalid', param: 'messages', message: expect.stringContaining(text) }),
    );
    expect(() => view(history, budget)).toThrow(`conversations.window.${axis}`);
  });

  it('refuses a talk without a user', () => {
    expect(() => view([SYSTEM, say('assistant', 'hi')], {})).toThrow('needs a message of the user');
    expect(view([SYSTEM], {}).messages).toEqual([SYSTEM]);
  });

  it('is the same when what cannot be in it is not given', () => {
    for (let turns = 12; turns < 60; turns++) {
      const history = [...talk(turns), ASK];
      const whole = view10(history);
      const cut = 2 * (turns - 8);
      const part = windowOf(
        history.slice(cut),
        { messages: 10, tokens: PLENTY },
        {
          tokensOf,
          before: { messages: cut, tokens: 10 * cut },
        },
      );
      expect(part.messages).toEqual(whole);
    }
  });

  it.each([
    // A window of ten is too short for more: of 5, 7 and 9 messages 0, 5 and 7 were sent before.
    [10, 0.65, 0.6],
    [20, 0.8, 0.75],
    [64, 0.9, 0.8],
    [100, 0.9, 0.8],
  ])(
    'goes on where it ended: a chat of 100 turns in a window of %s messages keeps its beginning in a share of %s turns, and a prompt cache has %s of what is sent',
    (budget, turns, sent) => {
      const jumping = cacheHits((history) => view(history, { messages: budget }).messages);
      expect(jumping.turns).toBeGreaterThan(turns);
      expect(jumping.sent).toBeGreaterThan(sent);
      const sliding = cacheHits((history) => [SYSTEM, ...history.slice(1).slice(-budget)]);
      expect(sliding.turns).toBeLessThan(0.6);
      expect(sliding.sent).toBeLessThan(0.55);
    },
  );

  it('costs less than five milliseconds of CPU for a thousand messages', () => {
    const rounds = Array.from({ length: 250 }, (_, at) => [
      say('user', `u${at}`),
      call(`c${at}`),
      result(`c${at}`),
      say('assistant', 'ok'),
    ]).flat();
    const history = [SYSTEM, ...rounds, ASK];
    for (let warm = 0; warm < 50; warm++) view(history, { messages: 300, tokens: 2500 });
    const before = process.cpuUsage();
    for (let time = 0; time < 20; time++) view(history, { messages: 300, tokens: 2500 });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 20_000).toBeLessThan(5);
  });
});

describe('where a history is cut', () => {
  const rest = (length: number, budget: number) => length - cutAt(length, budget);

  it.each([
    [3, 60, 0.4],
    [60, 400, 0.6],
  ])('of %d to %d never leaves more than the budget, nor less than %d of it', (from, to, least) => {
    const wrong: number[][] = [];
    for (let budget = from; budget < to; budget++) {
      for (let length = 1; length < 1000; length += 7) {
        const isShort = length > budget && rest(length, budget) < Math.floor(budget * least);
        if (isShort || rest(length, budget) > budget) wrong.push([length, budget]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is never later for a larger budget', () => {
    const wrong: number[][] = [];
    for (let length = 1; length < 500; length++) {
      for (let budget = 0; budget < 300; budget++) {
        if (cutAt(length, budget + 1) > cutAt(length, budget)) wrong.push([length, budget]);
      }
    }
    expect(wrong).toEqual([]);
  });
});
