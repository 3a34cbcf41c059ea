import { expect, test } from 'vitest';
import { serviceAccountToken } from './service-account.ts';
import { parseServiceAccountKey } from './service-account-key.ts';
import { serviceAccountJson } from './testing/fake-token-server.ts';

test('reads what is needed of a service-account key', () => {
  expect(parseServiceAccountKey(serviceAccountJson())).toMatchObject({
    clientEmail: 'weir@test-project.iam.gserviceaccount.com',
    privateKeyId: 'key-1',
    tokenUri: 'https://oauth2.googleapis.com/token',
    projectId: 'test-project',
  });
});

test('understands a private key whose line ends were escaped twice', () => {
  const { privateKey } = parseServiceAccountKey(serviceAccountJson());
  const escaped = serviceAccountJson({ private_key: privateKey.replaceAll('\n', '\\n') });
  expect(parseServiceAccountKey(escaped).privateKey).toBe(privateKey);
});

test.each([
  ['hidden', 'not a JSON object'],
  ['["hidden"]', 'not a JSON object'],
  ['{"type":"authorized_user","refresh_token":"hidden"}', '"type" is not "service_account"'],
  [serviceAccountJson({ client_email: undefined }), '"client_email" is missing'],
  [serviceAccountJson({ private_key: 'hidden' }), '"private_key" is not a PEM private key'],
  [serviceAccountJson({ private_key: undefined }), '"private_key" is not a PEM private key'],
])('says what is wrong with a malformed key without showing it (%#)', (json, problem) => {
  expect(() => parseServiceAccountKey(json)).toThrow(
    expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(problem) }),
  );
  expect(() => parseServiceAccountKey(json)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
  );
});

test('says that a damaged private key cannot be read, without a cause that could quote it', async () => {
  const credential = serviceAccountJson({
    private_key: '-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----',
  });
  const fetch = async () => ({ status: 500, body: '' });
  const error = await serviceAccountToken({ credential, nowMs: 0, fetch }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'config.invalid', message: expect.stringContaining('cannot be read') });
  expect(error).not.toHaveProperty('cause');
});
