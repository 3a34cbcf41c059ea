import { describe, expect, test } from 'vitest';
import { awsRegion, bedrockBaseUrl, parseAwsCredentials } from './credentials.ts';

describe('an AWS credential', () => {
  test('is an access key id and a secret', () => {
    expect(parseAwsCredentials(' AKIDEXAMPLE:wJalr/XUt+nFE= \n')).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalr/XUt+nFE=',
    });
  });

  test('may have a session token', () => {
    expect(parseAwsCredentials('ASIA1:secret:token//+==').sessionToken).toBe('token//+==');
  });

  test.each([
    '',
    'AKIDEXAMPLE',
    'AKIDEXAMPLE:',
    ':secretpart',
    'AKID EXAMPLE:secretpart',
    'A:secret part',
    'A:b:',
    'A:b:c:d',
  ])('is refused when malformed (%j), with the right form in the message', (secret) => {
    expect(() => parseAwsCredentials(secret)).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.stringContaining('must be ACCESS_KEY_ID:SECRET_ACCESS_KEY or'),
      }),
    );
  });

  test('is never repeated in the message', () => {
    for (const secret of ['hidden value:x', 'A:hidden value', 'A:b:hidden value', 'A:b:c:hidden']) {
      expect(() => parseAwsCredentials(secret)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
      );
    }
  });
});

describe('the AWS region', () => {
  test.each([
    ['https://bedrock-runtime.us-east-1.amazonaws.com', 'us-east-1'],
    ['https://bedrock-runtime.eu-central-1.amazonaws.com/', 'eu-central-1'],
    ['https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['https://bedrock-runtime.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ])('is read from %s', (baseUrl, region) => {
    expect(awsRegion({ baseUrl })).toBe(region);
  });

  test('is the explicit one when both are given', () => {
    expect(awsRegion({ region: 'eu-west-1', baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com' })).toBe(
      'eu-west-1',
    );
  });

  test.each([
    'http://127.0.0.1:9000',
    'https://bedrock-runtime.us-east-1.amazonaws.com.evil.example',
    'https://evil.example/bedrock-runtime.us-east-1.amazonaws.com',
    'not a url',
    undefined,
  ])('cannot be read from %s, and the message names the setting', (baseUrl) => {
    expect(() => awsRegion({ baseUrl })).toThrow(expect.objectContaining({ code: 'config.invalid', param: 'region' }));
  });

  test.each(['us-east-1#', 'us.east', 'US-EAST-1', '', 'a/b', 'x@y', 'a'.repeat(64)])('is never %j', (region) => {
    expect(() => awsRegion({ region })).toThrow('lower-case letters');
    expect(() => bedrockBaseUrl(region)).toThrow('lower-case letters');
  });

  test('makes the base URL', () => {
    expect(bedrockBaseUrl('us-west-2')).toBe('https://bedrock-runtime.us-west-2.amazonaws.com');
  });
});
