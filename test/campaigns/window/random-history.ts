import type { Content, Message } from '../../../server/src/kernel/chat.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A talk as clients write them, well and badly: unanswered calls, answers to nothing, answers at the wrong place, ids used twice. */
export function randomHistory(random: () => number): Message[] {
  const below = (limit: number) => Math.floor(limit * random());
  const chance = (share: number) => random() < share;
  // One history in two is as it should be.
  const disorder = chance(0.5) ? 0 : 0.15;
  const messages: Message[] = [];
  let calls = 0;
  const said = (role: Message['role']): Message => ({ role, content: [{ type: 'text', text: words(1 + below(40)) }] });
  const words = (count: number) => Array.from({ length: count }, () => WORDS[below(WORDS.length)]).join(' ');
  const callId = () => (chance(disorder) ? `call_${below(3)}` : `call_${++calls + 10}`);
  if (chance(0.7)) messages.push(said('system'));
  if (chance(0.2)) messages.push(said('developer'));
  const turns = below(25);
  for (let turn = 0; turn <= turns; turn++) {
    if (chance(0.03)) messages.push(said(chance(0.5) ? 'system' : 'developer'));
    if (!chance(disorder)) messages.push(chance(0.1) ? withImage(said('user')) : said('user'));
    const rounds = chance(0.3) ? 1 + below(chance(0.1) ? 20 : 3) : 0;
    for (let round = 0; round < rounds; round++) {
      const ids = Array.from({ length: 1 + below(3) }, callId);
      messages.push(called(ids, chance(0.4), chance(0.3) ? words(5) : ''));
      const answered = ids.filter(() => !chance(disorder));
      if (chance(0.3)) messages.push(answer(answered, words(3)));
      else for (const id of answered) messages.push(answer([id], words(1 + below(20))));
      if (chance(disorder)) messages.push(answer([`call_${below(30)}`], words(2)));
    }
    const isOpen = turn === turns && chance(0.9);
    if (!isOpen) messages.push(chance(0.3) ? thought(said('assistant')) : said('assistant'));
  }
  if (disorder > 0) swapSome(messages, below);
  return messages.filter(({ content }) => content.length > 0);
}

const WORDS = 'the gate opens when water rises and der Fluss führt 水 mehr, als il pleut encore 7.25 {"x":1}'.split(
  ' ',
);

function called(ids: readonly string[], thinks: boolean, text: string): Message {
  const content: Content[] = [];
  if (thinks) content.push({ type: 'reasoning', text: 'I must look.', signature: 'c2ln', wire: 'anthropic-messages' });
  if (text !== '') content.push({ type: 'text', text });
  for (const id of ids) content.push({ type: 'tool-call', id, name: 'look_up', argumentsText: '{"q":"x"}' });
  return { role: 'assistant', content };
}

function answer(ids: readonly string[], text: string): Message {
  return {
    role: 'tool',
    content: ids.map((id) => ({ type: 'tool-result', toolCallId: id, content: [{ type: 'text', text }] })),
  };
}

function thought({ content }: Message): Message {
  const reasoning = [
    { type: 'reasoning', text: '', encrypted: 'ZW5j', id: 'rs_1', wire: 'openai-responses' },
    { type: 'reasoning', text: 'So it is.', signature: 'c2ln', wire: 'anthropic-messages' },
  ] as const;
  return { role: 'assistant', content: [...reasoning, ...content] };
}

function withImage({ content }: Message): Message {
  return {
    role: 'user',
    content: [...content, { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: PIXEL } }],
  };
}

function swapSome(messages: Message[], below: (limit: number) => number): void {
  for (let times = below(3); times > 0; times--) {
    const [one, other] = [below(messages.length), below(messages.length)];
    const first = messages[one];
    const second = messages[other];
    if (first === undefined || second === undefined) continue;
    messages[one] = second;
    messages[other] = first;
  }
}
