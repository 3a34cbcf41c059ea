import { BEGIN } from './clock.ts';

/*
 * One hash per budget and period: s is settled and stands there when it is known; r:REPLICA what that replica holds, e:REPLICA
 * until when it vouches for it; x:REPLICA what was taken for spent because nobody vouched any more. Beside it a list of what was
 * settled while s was not known.
 */
const MONEY = `
local function back(key, replica)
  local taken = redis.call('HGET', key, 'x:' .. replica)
  if not taken then return end
  redis.call('HDEL', key, 'x:' .. replica)
  redis.call('HINCRBY', key, 'r:' .. replica, taken)
  if redis.call('HEXISTS', key, 's') == 1 then redis.call('HINCRBY', key, 's', '-' .. taken) end
end

local function use(key)
  local fields = redis.call('HGETALL', key)
  local held, ends, settled, reserved = {}, {}, nil, 0
  for at = 1, #fields, 2 do
    local name, value = fields[at], tonumber(fields[at + 1])
    if name == 's' then settled = value
    elseif string.sub(name, 1, 2) == 'r:' then held[string.sub(name, 3)] = value
    elseif string.sub(name, 1, 2) == 'e:' then ends[string.sub(name, 3)] = value end
  end
  for replica, nano in pairs(held) do
    if (ends[replica] or 0) > now then reserved = reserved + nano
    elseif settled then
      settled = settled + nano
      redis.call('HINCRBY', key, 's', int(nano))
      redis.call('HINCRBY', key, 'x:' .. replica, int(nano))
      redis.call('HDEL', key, 'r:' .. replica, 'e:' .. replica)
    end
  end
  return settled, reserved
end

local function keepUntil(key, ends)
  if tonumber(ends) > 0 then redis.call('PEXPIREAT', key, ends) end
end
`;

/** KEYS[2] is there when every replica has registered. ARGV from 3: replica, lease, nano, then per budget limit, shadow, end. */
export const RESERVE_BUDGETS = `${BEGIN}${MONEY}
if redis.call('EXISTS', KEYS[2]) == 0 then return { 3 } end
local replica, lease, nano = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local shadowed = {}
for index = 3, #KEYS do
  local base = 5 + (index - 3) * 3
  local settled, reserved = use(KEYS[index])
  if not settled then return { 2, index - 3 } end
  if settled + reserved + nano > tonumber(ARGV[base + 1]) then
    if ARGV[base + 2] ~= '1' then return { 0, index - 3, int(settled), int(reserved) } end
    shadowed = { index - 3, int(settled), int(reserved) }
  end
end
for index = 3, #KEYS do
  back(KEYS[index], replica)
  redis.call('HINCRBY', KEYS[index], 'r:' .. replica, int(nano))
  redis.call('HSET', KEYS[index], 'e:' .. replica, int(now + lease))
  keepUntil(KEYS[index], ARGV[5 + (index - 3) * 3 + 3])
end
if shadowed[1] then return { 1, shadowed[1], shadowed[2], shadowed[3] } end
return { 1 }
`;

/** ARGV from 3: replica, nano to add to what it holds. */
export const ADJUST_BUDGETS = `${BEGIN}${MONEY}
local replica, delta = ARGV[3], tonumber(ARGV[4])
for index = 2, #KEYS do
  back(KEYS[index], replica)
  if redis.call('HEXISTS', KEYS[index], 'r:' .. replica) == 1 then
    redis.call('HINCRBY', KEYS[index], 'r:' .. replica, int(delta))
  end
end
return { 1 }
`;

/** KEYS: epoch, a mark that this was done, then per budget its hash and its list. ARGV from 3: replica, held, cost, request id. */
export const SETTLE_BUDGETS = `${BEGIN}${MONEY}
local replica, held, cost, id = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local reply = { 1 }
local done = redis.call('SET', KEYS[2], '1', 'NX', 'PX', 600000) == false
for index = 3, #KEYS, 2 do
  local key = KEYS[index]
  if not done then
    back(key, replica)
    local holds = tonumber(redis.call('HGET', key, 'r:' .. replica) or 0) - held
    if holds > 0 then redis.call('HSET', key, 'r:' .. replica, int(holds))
    else redis.call('HDEL', key, 'r:' .. replica, 'e:' .. replica) end
    if redis.call('HEXISTS', key, 's') == 1 then redis.call('HINCRBY', key, 's', int(cost))
    else
      redis.call('RPUSH', KEYS[index + 1], int(cost) .. ' ' .. id)
      redis.call('PEXPIRE', KEYS[index + 1], 86400000)
    end
  end
  reply[#reply + 1] = done and '' or redis.call('HGET', key, 's') or ''
end
return reply
`;

/** KEYS: epoch, hash, list. ARGV from 3: what the ledger says was spent, the end, then the ids it has. */
export const RESTORE_BUDGET = `${BEGIN}${MONEY}
if redis.call('HEXISTS', KEYS[2], 's') == 1 then return { 1 } end
local spent, known = tonumber(ARGV[3]), {}
for at = 5, #ARGV do known[ARGV[at]] = true end
for _, entry in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  local space = string.find(entry, ' ', 1, true)
  if not known[string.sub(entry, space + 1)] then spent = spent + tonumber(string.sub(entry, 1, space - 1)) end
end
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[2], 's', int(spent))
keepUntil(KEYS[2], ARGV[4])
return { 1 }
`;

export const READ_BUDGET = `${BEGIN}${MONEY}
if redis.call('EXISTS', KEYS[3]) == 0 then return { 3 } end
local settled, reserved = use(KEYS[2])
if not settled then return { 2 } end
return { 1, int(settled), int(reserved) }
`;

export const UNPLACED_BUDGET = `${BEGIN}
local ids = { 1 }
for _, entry in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  ids[#ids + 1] = string.sub(entry, string.find(entry, ' ', 1, true) + 1)
end
return ids
`;

/** Vouches for what is held. ARGV from 3: replica, lease in ms, then one amount per key. */
export const RENEW_BUDGETS = `${BEGIN}${MONEY}
local replica, lease = ARGV[3], tonumber(ARGV[4])
for index = 2, #KEYS do
  local nano = tonumber(ARGV[3 + index])
  back(KEYS[index], replica)
  if nano > 0 then redis.call('HSET', KEYS[index], 'r:' .. replica, int(nano), 'e:' .. replica, int(now + lease))
  else redis.call('HDEL', KEYS[index], 'r:' .. replica, 'e:' .. replica) end
end
return { 1 }
`;
