import { isIP } from 'node:net';
import { z } from 'zod';

/** Where Weir connects to, and how. */

const proxyUrl = z
  .string()
  .regex(/^(https?:\/\/)?[^\s/]+\/?$/, 'must be the address of an HTTP proxy, such as http://proxy.example:3128');

const pem = (what: string) =>
  z.string().min(1).describe(`${what}: path of a PEM file, or the PEM text itself`).optional();

export const proxySchema = z
  .union([z.literal('none'), proxyUrl])
  .describe('Proxy for this provider; none: reached directly; absent: as egress says');

export const tlsSchema = z
  .strictObject({
    ca: pem('Authorities trusted for this provider, in the place of the public ones'),
    cert: pem("Weir's certificate for mutual TLS"),
    key: pem('Private key of cert'),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key go together')
  .describe('TLS with this provider');

/** `10.1.0.0/16`, `fd00::/8` or one address. */
function isAddressBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const width = isIP(address) === 6 ? 128 : 32;
  return (
    isIP(address) !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width))
  );
}

const addressBlock = z.string().refine(isAddressBlock, 'must be an address or a block of them, such as 10.1.0.0/16');

export const egressSchema = z.strictObject({
  allow: z
    .array(addressBlock)
    .default([])
    .describe('Address blocks that addresses from the API may reach besides public ones'),
  https_proxy: proxyUrl.optional().describe('Proxy for https addresses; absent: none'),
  http_proxy: proxyUrl.optional().describe('Proxy for http addresses; absent: none'),
  no_proxy: z
    .array(z.string())
    .default([])
    .describe('Hosts reached without the proxy: name (and what is below it), name:port, address, block, * for all'),
});
