import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import type { Json } from '../kernel/json.ts';
import { sanitizeJson } from './sanitize-json.ts';
import { mayNeedSanitizing, sanitizeText } from './sanitize-text.ts';

const strip = (text: string) => sanitizeText(text, 'strip-active');

/** Each of them runs alert(1) in a page that shows it as it is. */
const ATTACKS = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT >',
  '<script>alert(1)',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<script/x>alert(1)</script/x>',
  '<img src=x onerror=alert(1)>',
  '<img src=x onerror=alert(1)',
  '<img/src=x/onerror=alert(1)>',
  '<img src="x"onerror="alert(1)">',
  '<img src=x\nonerror\n=\nalert(1)>',
  '<svg onload=alert(1)>',
  '<svg/onload=alert(1)//',
  '<body onpageshow=alert(1)>',
  '<details open ontoggle=alert(1)>',
  '<input autofocus onfocus=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="java\tscript:alert(1)">x</a>',
  '<a href="java&#10;script:alert(1)">x</a>',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '<a href="javascript&colon;alert(1)">x</a>',
  '<a href=java&#x0Ascript:alert(1)>x</a>',
  '<a href="&#0000106&#0000097vascript:alert(1)">x</a>',
  '<a href="&#x6A;&#x61;vascript:alert(1)">x</a>',
  '<a href=" \u0001javascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<form action="javascript:alert(1)"><button>x</button></form>',
  '<button formaction=javascript:alert(1)>x</button>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<img src=x onerror=alert(1)>"></iframe>',
  '<object data="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="></object>',
  '<embed src="javascript:alert(1)">',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<base href="javascript:alert(1)//">',
  '<link rel=stylesheet href="javascript:alert(1)">',
  '<div style="width:expression(alert(1))">x</div>',
  '<svg><animate attributeName=href values=javascript:alert(1) /></svg>',
  '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
  '[x](javascript:alert(1))',
  '[x]: javascript:alert(1)',
  '<javascript:alert(1)>',
  'javascript:alert(1)',
  '<a title="</a><img src=x onerror=alert(1)>',
  '<a title=">"><img src=x onerror=alert(1)>',
];

/** What a browser would act on, in a text that was sanitised. Deliberately another way of looking than the product's. */
function isActive(text: string): boolean {
  const tags = text.match(/<[a-z/][^<>]*>?/gi) ?? [];
  const plain = text
    .replace(/&#(?:0*106|x6a);?/gi, 'j')
    .replace(/&#(?:0*97|x61);?/gi, 'a')
    .replace(/&#10;|&#x0A|&Tab;|[\0-\x20]/g, '')
    .replace(/&colon;/g, ':');
  return (
    tags.some((tag) => /[\s/"']on[a-z]+\s*=/i.test(tag)) ||
    /<\/?\s*(?:x:)?(?:script|iframe|object|embed|meta|base|link)\b/i.test(text) ||
    /javascript:\S/i.test(plain) ||
    /<[^<>]*(?:srcdoc|expression\s*\(|data:text\/html)/i.test(text)
  );
}

describe(requirement('B2'), () => {
  it.each(ATTACKS)('takes out what a browser would run: %j', (attack) => {
    expect(isActive(attack) || attack.includes('>"><')).toBe(true);
    expect(isActive(strip(attack))).toBe(false);
    expect(isActive(strip(`before ${attack} after`))).toBe(false);
  });

  it('finds nothing more to take out of what it gave', () => {
    for (const attack of ATTACKS) expect(strip(strip(attack))).toBe(strip(attack));
  });

  it.each([
    'if (a < b && c > d) return x<y>(z);',
    'const list: Array<string> = new Map<string, number[]>();',
    'std::vector<int> once; a<b; c>>d; x <- y',
    '# Title\n\n- **bold** `code` <https://example.com/?a=1&b=2> & more',
    '<p class="note">Markup <em>without</em> <br/> code <a href="https://example.com">is fine</a></p>',
    '<img src="https://example.com/a.png" alt="on = off">',
    'The javascript: scheme is dangerous. Write data: URLs with care.',
    'onclick = 3; let on = true; <3 :-) < > <> <=',
    '漢字 naïve ☕ \u202bעברית\u202c\ttab\r\n',
    '{"a": "b & c", "d": "\'quoted\'"}',
  ])('leaves everything else as it was: %j', (text) => {
    expect(strip(text)).toBe(text);
  });

  it('takes control characters out but no white space', () => {
    expect(strip('a\0b\x1b[31mc\x7fd\x9be\tf\ng\r')).toBe('ab[31mcde\tf\ng\r');
  });

  it('shows markup instead of running it in the mode escape', () => {
    expect(sanitizeText('<b onclick="x">a & \'b\'</b>\0', 'escape')).toBe(
      '&lt;b onclick=&quot;x&quot;&gt;a &amp; &#39;b&#39;&lt;/b&gt;',
    );
  });

  it('changes nothing in the mode none', () => {
    for (const attack of ATTACKS) expect(sanitizeText(attack, 'none')).toBe(attack);
  });

  it('sanitises every text of a JSON value and gives the same value when there was nothing to do', () => {
    const clean: Json = { a: [1, true, null, 'x < y'], b: { c: 'text' } };
    expect(sanitizeJson(clean, 'strip-active')).toBe(clean);
    const dirty = JSON.parse('{"html":"<b>ok</b><script>x</script>","deep":[{"url":"javascript:alert(1)"}],"n":1}');
    expect(sanitizeJson(dirty, 'strip-active')).toEqual({
      html: '<b>ok</b>',
      deep: [{ url: 'unsafe:alert(1)' }],
      n: 1,
    });
  });

  it('keeps members away that would change an object for whoever copies it, and mends broken Unicode', () => {
    const hostile = JSON.parse('{"__proto__":{"isAdmin":true},"a":"\\ud800"}');
    const clean = sanitizeJson(hostile, 'strip-active') as Record<string, unknown>;
    expect(Object.keys(clean)).toEqual(['a']);
    expect(Object.assign({}, clean).isAdmin).toBeUndefined();
    expect(clean.a).toBe('\ufffd');
  });

  it('sees at a glance which texts cannot change, never wrongly', () => {
    for (const attack of ATTACKS) {
      if (strip(attack) !== attack) expect(mayNeedSanitizing(attack, 'strip-active')).toBe(true);
      expect(mayNeedSanitizing(JSON.stringify({ attack }), 'strip-active')).toBe(true);
    }
    expect(mayNeedSanitizing('{"a": "plain text", "b": [1, 2]}', 'strip-active')).toBe(false);
    expect(mayNeedSanitizing('{"a":"\\u003cscript>"}', 'strip-active')).toBe(true);
  });

  it('takes time in proportion to the text, whatever it holds', () => {
    const hostile = [
      '<',
      '<a ',
      '<a b=',
      '<a b="',
      "<a b='c' ",
      '<script',
      '<script>',
      '</script',
      'javascript:',
      '&#',
      '<a \t',
    ];
    for (const piece of hostile) {
      const started = performance.now();
      strip(piece.repeat(Math.ceil(100_000 / piece.length)));
      expect(performance.now() - started, piece).toBeLessThan(2000);
    }
  });
});
