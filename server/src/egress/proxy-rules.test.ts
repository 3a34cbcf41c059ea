import { describe, expect, test } from 'vitest';
import { parseProxy, proxyRules } from './proxy-rules.ts';

const PROXY = 'http://proxy.example:3128';
const rules = (...except: string[]) => {
  const choose = proxyRules({ https: PROXY, http: '', except });
  return (url: string) => choose(new URL(url)) !== undefined;
};

describe('a proxy is used', () => {
  test('for the scheme it was named for, and for no other', () => {
    expect(rules()('https://api.openai.com/v1')).toBe(true);
    expect(rules()('http://api.openai.com/v1')).toBe(false);
  });

  test.each(['http://localhost:1', 'http://127.0.0.1:1', 'http://127.9.9.9', 'http://[::1]:1', 'http://a.localhost'])(
    'never for this machine: %s',
    (url) => {
      expect(proxyRules({ http: PROXY, except: [] })(new URL(url))).toBeUndefined();
    },
  );

  test.each([
    ['*', 'https://anything.example', false],
    ['example.com', 'https://example.com', false],
    ['example.com', 'https://a.example.com', false],
    ['example.com', 'https://notexample.com', true],
    ['.example.com', 'https://a.example.com', false],
    ['*.example.com', 'https://a.b.example.com', false],
    ['EXAMPLE.com', 'https://example.COM', false],
    ['example.com:8443', 'https://example.com:8443', false],
    ['example.com:8443', 'https://example.com', true],
    ['example.com:443', 'https://example.com', false],
    ['10.1.2.3', 'https://10.1.2.3', false],
    ['10.0.0.0/8', 'https://10.9.8.7', false],
    ['10.0.0.0/8', 'https://11.9.8.7', true],
    ['fd00::/8', 'https://[fd12::9]:8443', false],
    ['', 'https://example.com', true],
  ])('unless %j excepts %s', (rule, url, expected) => {
    expect(rules(rule)(url)).toBe(expected);
  });
});

test('a proxy without a scheme is an http one; others are refused', () => {
  expect(parseProxy('proxy.example:3128').href).toBe('http://proxy.example:3128/');
  expect(() => parseProxy('socks5://proxy.example')).toThrow(TypeError);
});
