/** Gives the epoch of this Redis' data, a new one when there is none or when Redis was started anew since. ARGV: run id, new name. */
export const OPEN_EPOCH = `
local known = redis.call('GET', KEYS[1])
if known and string.sub(known, 1, #ARGV[1] + 1) == ARGV[1] .. '.' then return known end
local made = ARGV[1] .. '.' .. ARGV[2]
redis.call('SET', KEYS[1], made)
return made
`;

/** Registers a replica and says whether all who must be are there. KEYS: epoch, members, ready. ARGV: epoch, this one, all. */
export const REGISTER = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
redis.call('SADD', KEYS[2], ARGV[2])
if redis.call('EXISTS', KEYS[3]) == 1 then return 1 end
for at = 3, #ARGV do
  if redis.call('SISMEMBER', KEYS[2], ARGV[at]) == 0 then return 0 end
end
redis.call('SET', KEYS[3], '1')
return 1
`;
