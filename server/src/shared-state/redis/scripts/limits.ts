import { BEGIN } from './clock.ts';

/*
 * Three hashes per scope. minute: amounts per second (r:SECOND, t:SECOND), their sums R and T, the oldest second o that still
 * counts and the newest n that was seen. day: the day d and its amounts r and t. now: running calls c:REPLICA and until when
 * that replica vouches for them, e:REPLICA.
 */
const WINDOWS = `
local KEPT = 61
local second = math.floor(now / 1000)
local day = math.floor(now / 86400000)

local function minute(key)
  local head = redis.call('HMGET', key, 'n', 'o', 'R', 'T')
  local newest, oldest = tonumber(head[1]), tonumber(head[2])
  local at = second
  if newest and newest > at and newest - at < KEPT then at = newest end
  if not newest or at - newest >= KEPT or newest - at >= KEPT then
    if newest then redis.call('DEL', key) end
    return { at = at, oldest = at, R = 0, T = 0 }
  end
  local w = { at = at, oldest = oldest, R = tonumber(head[3]), T = tonumber(head[4]) }
  if at - KEPT >= oldest then
    for gone = oldest, at - KEPT do
      local amounts = redis.call('HMGET', key, 'r:' .. gone, 't:' .. gone)
      if amounts[1] or amounts[2] then
        w.R = w.R - tonumber(amounts[1] or 0)
        w.T = w.T - tonumber(amounts[2] or 0)
        redis.call('HDEL', key, 'r:' .. gone, 't:' .. gone)
      end
    end
    w.oldest = at - KEPT + 1
    redis.call('HSET', key, 'n', int(at), 'o', int(w.oldest), 'R', int(w.R), 'T', int(w.T))
  end
  return w
end

local function chargeMinute(key, w, at, requests, tokens)
  if requests ~= 0 then redis.call('HINCRBY', key, 'r:' .. at, int(requests)) end
  if tokens ~= 0 then redis.call('HINCRBY', key, 't:' .. at, int(tokens)) end
  w.R = w.R + requests
  w.T = w.T + tokens
  if at < w.oldest then w.oldest = at end
  redis.call('HSET', key, 'n', int(w.at), 'o', int(w.oldest), 'R', int(w.R), 'T', int(w.T))
  redis.call('PEXPIRE', key, 130000)
end

local function dayOf(key)
  local head = redis.call('HMGET', key, 'd', 'r', 't')
  local d = tonumber(head[1])
  if not d or day > d then return { d = day, r = 0, t = 0 } end
  if d - day > 1 then
    d = day
    redis.call('HSET', key, 'd', int(d))
  end
  return { d = d, r = tonumber(head[2]), t = tonumber(head[3]) }
end

local function keepDay(key, w)
  redis.call('HSET', key, 'd', int(w.d), 'r', int(w.r), 't', int(w.t))
  redis.call('PEXPIRE', key, 259200000)
end

local function running(key)
  local fields = redis.call('HGETALL', key)
  local counts, ends, sum = {}, {}, 0
  for at = 1, #fields, 2 do
    local kind, replica = string.sub(fields[at], 1, 2), string.sub(fields[at], 3)
    if kind == 'c:' then counts[replica] = tonumber(fields[at + 1]) else ends[replica] = tonumber(fields[at + 1]) end
  end
  for replica, count in pairs(counts) do
    if (ends[replica] or 0) > now then sum = sum + count
    else redis.call('HDEL', key, 'c:' .. replica, 'e:' .. replica) end
  end
  return sum
end
`;

/** ARGV from 3: replica, lease in ms, asked, charged, then per scope rpm rpd tpm tpd concurrency (-1: none) and shadow. */
export const RESERVE_LIMITS = `${BEGIN}${WINDOWS}
local replica, lease = ARGV[3], tonumber(ARGV[4])
local asked, charged = tonumber(ARGV[5]), tonumber(ARGV[6])
local scopes = (#KEYS - 1) / 3
local windows, shadowed = {}, {}

local function waitFor(key, w, prefix, left, most)
  for at = w.oldest, w.at do
    left = left - tonumber(redis.call('HGET', key, prefix .. at) or 0)
    if left <= most then return math.max(1, (at + KEPT) * 1000 - now) end
  end
  return 0
end

for index = 1, scopes do
  local base, keys = 6 + (index - 1) * 6, 1 + (index - 1) * 3
  local limit = {}
  for name = 1, 5 do limit[name] = tonumber(ARGV[base + name]) end
  local shadow = ARGV[base + 6] == '1'
  local minuteKey, dayKey, nowKey = KEYS[keys + 1], KEYS[keys + 2], KEYS[keys + 3]
  local w = { limit = limit, minuteKey = minuteKey, dayKey = dayKey, nowKey = nowKey }
  if limit[1] >= 0 or limit[3] >= 0 then w.minute = minute(minuteKey) end
  if limit[2] >= 0 or limit[4] >= 0 then w.day = dayOf(dayKey) end
  if limit[5] >= 0 then w.running = running(nowKey) end
  windows[index] = w
  local used = {
    w.minute and w.minute.R or 0, w.day and w.day.r or 0, w.minute and w.minute.T or 0, w.day and w.day.t or 0, w.running or 0,
  }
  local needs = { 1, 1, asked, asked, 1 }
  for name = 1, 5 do
    if limit[name] >= 0 and used[name] + needs[name] > limit[name] then
      local most, wait = limit[name] - needs[name], 1000
      if name == 1 then wait = waitFor(minuteKey, w.minute, 'r:', w.minute.R, most)
      elseif name == 3 then wait = waitFor(minuteKey, w.minute, 't:', w.minute.T, most)
      elseif name == 2 or name == 4 then wait = math.max(1, (w.day.d + 1) * 86400000 - now) end
      if not shadow then return { 0, index, name, limit[name], used[name], wait } end
      shadowed = { index, name, limit[name], used[name], wait }
      break
    end
  end
end

local reply = { 1, second, day, shadowed[1] or 0, shadowed[2] or 0, shadowed[3] or 0, shadowed[4] or 0, shadowed[5] or 0, now }
for index = 1, scopes do
  local w = windows[index]
  if w.minute then chargeMinute(w.minuteKey, w.minute, w.minute.at, 1, charged) end
  if w.day then
    w.day.r = w.day.r + 1
    w.day.t = w.day.t + charged
    keepDay(w.dayKey, w.day)
  end
  if w.running then
    redis.call('HINCRBY', w.nowKey, 'c:' .. replica, 1)
    redis.call('HSET', w.nowKey, 'e:' .. replica, int(now + lease))
    redis.call('PEXPIRE', w.nowKey, lease * 4)
  end
  reply[#reply + 1] = w.minute and w.minute.R or 0
  reply[#reply + 1] = w.day and w.day.r or 0
  reply[#reply + 1] = w.minute and w.minute.T or 0
  reply[#reply + 1] = w.day and w.day.t or 0
end
return reply
`;

/**
 * ARGV from 3: replica, requests and tokens to add, the second and the day they belong to, then per scope 1 where minutes, days,
 * running count.
 */
export const SETTLE_LIMITS = `${BEGIN}${WINDOWS}
local replica, requests, delta, at, onDay = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local changes = requests ~= 0 or delta ~= 0
for index = 1, (#KEYS - 1) / 3 do
  local base, keys = 7 + (index - 1) * 3, 1 + (index - 1) * 3
  if ARGV[base + 1] == '1' and changes then
    local w = minute(KEYS[keys + 1])
    if at > w.at - KEPT and w.at >= at then chargeMinute(KEYS[keys + 1], w, at, requests, delta) end
  end
  if ARGV[base + 2] == '1' and changes then
    local w = dayOf(KEYS[keys + 2])
    if w.d == onDay then
      w.r = math.max(0, w.r + requests)
      w.t = math.max(0, w.t + delta)
      keepDay(KEYS[keys + 2], w)
    end
  end
  if ARGV[base + 3] == '1' and redis.call('HEXISTS', KEYS[keys + 3], 'c:' .. replica) == 1 then
    if redis.call('HINCRBY', KEYS[keys + 3], 'c:' .. replica, -1) <= 0 then
      redis.call('HDEL', KEYS[keys + 3], 'c:' .. replica, 'e:' .. replica)
    end
  end
end
return { 1 }
`;

/** Reads without charging. Gives per scope: minute requests, day requests, minute tokens, day tokens, running, newest second. */
export const READ_LIMITS = `${BEGIN}${WINDOWS}
local reply = { 1, now }
for index = 1, (#KEYS - 1) / 3 do
  local keys = 1 + (index - 1) * 3
  local m, d = minute(KEYS[keys + 1]), dayOf(KEYS[keys + 2])
  reply[#reply + 1] = m.R
  reply[#reply + 1] = d.r
  reply[#reply + 1] = m.T
  reply[#reply + 1] = d.t
  reply[#reply + 1] = running(KEYS[keys + 3])
  reply[#reply + 1] = m.at
end
return reply
`;

/** Adds what a replica granted on its own. ARGV from 3: the day, its requests and tokens, then age in seconds, requests, tokens ... */
export const ADD_LIMITS = `${BEGIN}${WINDOWS}
local onDay, requests, tokens = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if requests > 0 or tokens > 0 then
  local w = dayOf(KEYS[3])
  if w.d == onDay then
    w.r = w.r + requests
    w.t = w.t + tokens
    keepDay(KEYS[3], w)
  end
end
for at = 6, #ARGV, 3 do
  local w = minute(KEYS[2])
  local then_ = second - tonumber(ARGV[at])
  if then_ > w.at - KEPT then chargeMinute(KEYS[2], w, math.min(then_, w.at), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])) end
end
return { 1 }
`;

/** Vouches for running calls. ARGV from 3: replica, lease in ms, then one count per key of running calls. */
export const RENEW_LIMITS = `${BEGIN}
local replica, lease = ARGV[3], tonumber(ARGV[4])
for index = 2, #KEYS do
  local count = tonumber(ARGV[3 + index])
  if count > 0 then
    redis.call('HSET', KEYS[index], 'c:' .. replica, int(count), 'e:' .. replica, int(now + lease))
    redis.call('PEXPIRE', KEYS[index], lease * 4)
  else redis.call('HDEL', KEYS[index], 'c:' .. replica, 'e:' .. replica) end
end
return { 1 }
`;
