import { z } from 'zod';

const secret = z.string().min(1).max(16_384);
const provider = z.string().min(1).max(64);
const userId = z.string().min(1).max(256);

export const newCredentialSchema = z.strictObject({
  provider: provider.describe('Name of a configured provider'),
  secret: secret.describe('Never shown again, except for its last four characters'),
  base_url: z
    .string()
    .max(2048)
    .optional()
    .describe("Address it is for; another one than the provider's own only with scope server"),
  scope: z.enum(['server', 'project', 'user']).optional().describe('Default: user when user_id is given, else project'),
  project_id: z.string().min(1).optional().describe("Absent: `default` for admins, otherwise the caller's project"),
  user_id: userId.optional().describe('With scope user: whose calls use it'),
});

/** What is shown of a stored credential. */
export const credentialSchema = z.object({
  id: z.string(),
  provider: z.string(),
  scope: z.enum(['server', 'project', 'user']),
  project_id: z.string().nullable().describe('null for scope server'),
  user_id: z.string().nullable().describe('null unless scope is user'),
  origin: z.string().describe('The only place it is sent to'),
  base_url: z.string().nullable().describe("Set when it changed the provider's address"),
  last4: z.string(),
  usable: z.boolean().describe('False when it cannot be decrypted or the provider moved to another origin'),
  created_at: z.string().describe('ISO 8601'),
});
export type CredentialObject = z.infer<typeof credentialSchema>;

export const newTokenSchema = z.strictObject({
  provider,
  token: secret,
  user_id: userId.optional().describe('Absent: for the whole project'),
});

export const tokenSchema = z.object({
  id: z.string(),
  user_id: z.string().nullable(),
  provider: z.string(),
  last4: z.string(),
  created_at: z.string().describe('ISO 8601'),
});
