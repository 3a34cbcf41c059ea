import { z } from 'zod';

/** An address that Weir speaks HTTP to. */
export const httpAddress = z.url({
  protocol: /^https?$/,
  error: 'must be an address that begins with http:// or https://',
});
