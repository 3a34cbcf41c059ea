import { describe, expect, test } from 'vitest';
import { chosenAdminKey, isLoopback, refuseOpenHost } from './admin-key.ts';

const GOOD = 'a-key-of-24-characters-x';

describe('the admin key of the environment', () => {
  test('may be any 24 printable characters', () => {
    expect(chosenAdminKey({ WEIR_ADMIN_KEY: GOOD })).toBe(GOOD);
    expect(chosenAdminKey({ WEIR_ADMIN_KEY: '' })).toBeUndefined();
    expect(chosenAdminKey({})).toBeUndefined();
  });

  test.for([GOOD.slice(1), `${GOOD} with spaces`, `${GOOD}\n`, `${GOOD}é`])(
    'refuses %j without repeating it',
    (key) => {
      let message = '';
      try {
        chosenAdminKey({ WEIR_ADMIN_KEY: key });
      } catch (thrown) {
        message = (thrown as Error).message;
      }
      expect(message).toContain('WEIR_ADMIN_KEY must have at least 24 printable characters');
      expect(message).not.toContain(key);
    },
  );
});

describe('an address that other machines can reach', () => {
  test.for(['0.0.0.0', '::', '192.168.1.4', 'weir.example'])('%s needs an admin key somebody chose', (host) => {
    expect(() => refuseOpenHost(host, {})).toThrow(`server.host is ${host}`);
    expect(() => refuseOpenHost(host, { WEIR_ADMIN_KEY: GOOD })).not.toThrow();
  });

  test.for(['127.0.0.1', '127.9.9.9', 'localhost', '::1'])('%s is not one', (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(() => refuseOpenHost(host, {})).not.toThrow();
  });
});
