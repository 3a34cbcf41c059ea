/*
 * One statement per table and batch, whatever its size: `unnest` takes a column as one array, so the server parses a
 * handful of parameters instead of thousands.
 */

export const INSERT_RECORDS = `
  insert into usage_records (request_id, timestamp, project_id, key_id, user_id, agent_type, model, provider, wire,
    succeeded, input_tokens, output_tokens, cost_nano, unpriced, estimated, saved_nano, run_id, record)
  select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::int[], $11::bigint[], $12::bigint[], $13::bigint[], $14::int[], $15::int[], $16::bigint[], $17::text[],
    $18::text[])
  on conflict do nothing
  returning request_id`;

export const INSERT_TAGS = `
  insert into usage_tags (request_id, tag) select * from unnest($1::text[], $2::text[]) on conflict do nothing`;

export const INSERT_OUTBOX = `
  insert into usage_outbox (request_id) select * from unnest($1::text[]) on conflict do nothing`;

export const INSERT_INTENTS = `
  insert into open_intents (request_id, attempt, process_epoch, record)
  select * from unnest($1::text[], $2::int[], $3::text[], $4::text[]) on conflict do nothing`;

export const DELETE_INTENTS = 'delete from open_intents where request_id = any($1::text[])';

export const INTENTS_OF_HOME = `
  select request_id from open_intents where process_epoch in (select epoch from replicas where home = $1)`;

/** What the processes before this one left in its data directory. */
export const DEAD_INTENTS = `
  select record from open_intents
  where process_epoch in (select epoch from replicas where home = $1 and epoch <> $2)
  order by request_id, attempt for update`;

/** What replicas left that gave no sign of life for so many milliseconds; another settler takes others. */
export const ABANDONED_INTENTS = `
  select record from open_intents
  where process_epoch in (
    select epoch from replicas where epoch <> $1 and seen_at < (extract(epoch from clock_timestamp()) * 1000)::bigint - $2)
  order by request_id, attempt for update skip locked`;

export const INSERT_PROVISIONAL = `
  insert into provisional_records (request_id) select * from unnest($1::text[]) on conflict do nothing`;

export const TAKE_PROVISIONAL = `
  delete from provisional_records where request_id = any($1::text[]) returning request_id`;

export const TAKE_RECORDS = `
  delete from usage_records where request_id = any($1::text[])
  returning request_id, timestamp, project_id, key_id, user_id, agent_type, model, provider, wire,
    succeeded, input_tokens, output_tokens, cost_nano, unpriced, estimated, saved_nano, '' as run_id, '' as record`;

export const OFFSET = 'select shipped from spool_offsets where segment = $1';

export const SAVE_OFFSET = `
  insert into spool_offsets (segment, shipped) values ($1, $2)
  on conflict (segment) do update set shipped = excluded.shipped`;

export const FORGET_OFFSET = 'delete from spool_offsets where segment = $1';

const SUMS = [
  'calls',
  'succeeded',
  'input_tokens',
  'output_tokens',
  'cost_nano',
  'unpriced',
  'estimated',
  'saved_nano',
] as const;

export const ADD_HOURS = addSums('usage_hourly');
export const ADD_DAYS = addSums('usage_daily');

function addSums(table: 'usage_hourly' | 'usage_daily'): string {
  return [
    'insert into',
    table,
    '(start, project_id, user_id, key_id, agent_type, model, provider, wire,',
    SUMS.join(', '),
    `) select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[])
     on conflict (start, project_id, user_id, key_id, agent_type, model, provider, wire) do update set`,
    SUMS.map((sum) => [sum, '=', `${table}.${sum}`, '+', `excluded.${sum}`].join(' ')).join(', '),
  ].join(' ');
}
