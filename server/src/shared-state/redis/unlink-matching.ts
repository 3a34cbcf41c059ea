import type { Redis } from 'ioredis';

const SCAN_COUNT = 500;

/** Deletes every key `<projectId><pattern>`, a few at a time; gives their number. */
export async function unlinkMatching(redis: Redis, projectId: string, pattern: string): Promise<number> {
  const match = literal(projectId) + pattern;
  let deleted = 0;
  let cursor = '0';
  do {
    const [next, names] = await redis.scan(cursor, 'MATCH', match, 'COUNT', SCAN_COUNT);
    cursor = next;
    if (names.length > 0) deleted += await redis.unlink(...names);
  } while (cursor !== '0');
  return deleted;
}

/** As a pattern that matches nothing but itself. */
function literal(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}
