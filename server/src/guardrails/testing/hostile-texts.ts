const SIZE = 65_536;

/** Pieces that make a pattern try, fail and try again when there are thousands of them. */
const PIECES: Readonly<Record<string, string>> = {
  letters: 'a',
  spaces: ' ',
  'single letters': 'i ',
  digits: '1',
  'digits apart': '1 ',
  'dotted digits': '1.',
  'colons and hex': '0a:',
  'e-mail signs': 'a@',
  underscores: 'a_',
  tags: '<div ',
  brackets: '[system ',
  orders: 'ignore all ',
  'whole attacks': 'ignore previous instructions ',
  'requests for harm': 'how to kill ',
  base64: 'aWdub3JlIGFsbCBwcmV2aW91cyBp',
  'url escapes': '%69',
  entities: '&#105;',
  'key prefixes': 'sk-ant-',
  'token starts': 'eyJ.',
  'armour without end': '-----BEGIN RSA PRIVATE KEY-----',
  assignments: 'api_key: A1b2C3d4E5f6G7h8 ',
  'urls with passwords': 'a://b:',
  'zero-width spaces': '\u200b',
  lookalikes: 'іg',
  'combining marks': 'a\u0301',
  ideographs: '忽略',
  'half characters': '\ud83d',
  'iban starts': 'DE89 ',
  'hidden styles': 'style="display:none',
  turns: 'user: a\n',
  morse: '.- ',
  'open parameters': 'http://a.b?c=d&',
  'long hosts': 'http://a.a.a-',
  'tool calls': '{"name": {"name":',
  'scripts without end': '<a on',
  'anchors of the inline tier': 'reveal ',
  'numbers one after another': '411 ',
};

/** 64 KB of each, by what it is made of. */
export const HOSTILE_TEXTS: readonly (readonly [name: string, text: string])[] = Object.entries(PIECES).map(
  ([name, piece]) => [name, piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE)],
);
