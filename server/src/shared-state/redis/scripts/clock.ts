/**
 * What every script begins with: Redis' own time in milliseconds, so that replicas with other clocks agree. ARGV[1] is an
 * offset in milliseconds (0 but in tests), ARGV[2] the epoch that the caller knows; KEYS[1] holds the epoch.
 */
export const BEGIN = `
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return {3} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local function int(number) return string.format('%.0f', number) end
`;
