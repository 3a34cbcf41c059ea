import type { LogPolicy } from '@weir/contract';
import { type ClassRates, commonRate, decimal, type ExportFile, type ExportRule, planExport } from './export-plan.ts';
import { CLASS_WORDS, EXCEPTION_KEYS, LEVEL_KEYS, MESSAGE_KEYS, SEVERITY_CLASSES } from './severity-classes.ts';

/** A Lua filter for Fluent Bit, whose sampling processor takes traces only: the script and the filter that calls it. */
export function exportToFluentBit(policy: LogPolicy, nowMs: number): ExportFile[] {
  const plan = planExport(policy, nowMs);
  const notes = [
    ...plan.notes,
    'Lines with a trace id share the fate of their trace, as samplers decide it; the others throw dice.',
    'A record that the script cannot read, or on which it fails, is kept.',
    'For Lua 5.1 as in Fluent Bit. Patterns are found by plain text, word after word; no regular expression is used.',
  ];
  const script = `${notes.map((note) => `-- ${note}`).join('\n')}

local POLICY_VERSION = ${policy.policy_version}
local RATES = ${ratesTable(plan.rates)}
-- The most particular pattern first: id, rates, the text around its variables, a word to look for first, whether its end is open.
local PATTERNS = {
${plan.rules.map((rule) => `  ${ruleTable(rule)},`).join('\n')}
}
${wordTables()}
${SCRIPT}`;
  const filter = `${notes.map((note) => `# ${note}`).join('\n')}
# Include this file, or copy the filter, and put weir-sampling.lua beside the main configuration file.
pipeline:
  filters:
    - name: lua
      match: '*'
      script: weir-sampling.lua
      call: weir_sample
      protected_mode: true
`;
  return [
    { name: 'weir-sampling.lua', text: script },
    { name: 'weir-fluent-bit.yaml', text: filter },
  ];
}

function ruleTable({ id, rates, parts, literal, isOpen }: ExportRule): string {
  return `{ ${luaString(id)}, ${ratesTable(rates)}, { ${parts.map(luaString).join(', ')} }, ${luaString(literal)}, ${isOpen} }`;
}

function ratesTable(rates: ClassRates): string {
  const common = commonRate(rates);
  if (common !== undefined) return `{ ALL = ${decimal(common)} }`;
  return `{ ${SEVERITY_CLASSES.map((name) => `${name} = ${decimal(rates[name])}`).join(', ')} }`;
}

function wordTables(): string {
  const words = Object.entries(CLASS_WORDS).flatMap(([name, all]) =>
    all.map((word) => `  [${luaString(word)}] = ${luaString(name)},`),
  );
  return `local CLASSES = {
${words.join('\n')}
}
local MESSAGE_KEYS = { ${MESSAGE_KEYS.map(luaString).join(', ')} }
local LEVEL_KEYS = { ${LEVEL_KEYS.map(luaString).join(', ')} }
local EXCEPTION_KEYS = { ${EXCEPTION_KEYS.map(luaString).join(', ')} }`;
}

/** Lua reads what stands between quotes as bytes, save the backslash, the quote and ends of lines. */
function luaString(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&').replaceAll(/\p{Cc}/gu, ' ')}"`;
}

const SCRIPT = String.raw`local CAPITALS = {}
for word in ("TRACE DEBUG INFO NOTICE WARN WARNING ERROR ERR SEVERE CRITICAL CRIT FATAL ALERT EMERG PANIC FINE FINER FINEST LOG"):gmatch("%u+") do
  CAPITALS[word] = true
end
local NAMES = {}
for word in ("trace debug info notice warn warning error err critical fatal crit alert emerg"):gmatch("%l+") do
  NAMES[word] = true
end
local OPENINGS = {}
for word in ("error err exception fatal panic critical severe warning warn traceback uncaught unhandled"):gmatch("%l+") do
  OPENINGS[word] = true
end

math.randomseed(os.time())

-- One line of text: white space and signs in runs become one, quotes lose their backslash, sizes after bytes go.
local function tidied(text)
  local line = text:match("[^%s][^\n]*") or ""
  line = line:gsub("%c+", " "):gsub("\\([\"'])", "%1"):gsub(" +", " "):gsub("([-+])[-+]+", "%1")
  line = line:gsub("bytes %([^()]*%)", "bytes"):gsub(" $", "")
  return line
end

-- Whether the line has the parts in their order, the first at its beginning, the last at its end, something between each two.
local function matches(line, parts, is_open)
  local first = parts[1]
  if line:sub(1, #first) ~= first then return false end
  local at = #first + 1
  for index = 2, #parts do
    local part = parts[index]
    if index == #parts and not is_open then
      local from = #line - #part + 1
      return from > at and line:sub(from) == part
    end
    local from, to = line:find(part, at + 1, true)
    if from == nil then return false end
    at = to + 1
  end
  return is_open or at == #line + 1
end

-- Where the text names its level itself: the first way that finds one counts.
local function level_of_text(text)
  local lower = text:lower()
  for _, key in ipairs({ "level", "lvl", "severity", "log%.?level" }) do
    local word = (" " .. lower):match("[%s{,\"']" .. key .. "[\"']?%s?[=:]%s?[\"']?(%a+)")
    if word then return word end
  end
  local after_time, follows = lower:match("^[%[(]?%d[-%d%s.,:/tz+]*[%])]?[ ,|:-]+(%a+)()")
  if after_time and NAMES[after_time] and lower:sub(follows, follows):find("[ :,|]") then return after_time end
  for from, word, to in (" " .. text .. " "):gmatch("()(%u+)()") do
    local before = (" " .. text .. " "):sub(from - 1, from - 1)
    local behind = (" " .. text .. " "):sub(to, to)
    if CAPITALS[word] and before:find("[%s[(<|:,-]") and behind:find("[%s%]):>|,-]") then return word end
  end
  for inner in lower:gmatch("[%[<(]([%w_:]+)[%])>]") do
    local word = inner:match("^%w+:(%a+)$") or inner
    if NAMES[word] then return word end
  end
  local letter = text:match("^[%[(]?%d[-%d%s.,:/TZ+]*[%])]?%s([VDIWEF])[ /]") or text:match("^([IWEF])%d%d%d%d %d")
  if letter then return letter end
  local opening = lower:match("^(%a+)%f[^%w_]")
  return opening and OPENINGS[opening] and opening or nil
end

-- A member of a JSON object that is still text; only what can be read without a parser.
local function member(text, key)
  local name = '"' .. key:gsub("%p", "%%%0") .. '"%s*:%s*'
  return text:match(name .. '"([^"\\]*)"') or text:match(name .. "(%d+)")
end

-- The message, the level as the record or its message says it, whether there is an exception, and the trace id.
local function read(record)
  local text, level, has_exception
  for _, key in ipairs(MESSAGE_KEYS) do
    if type(record[key]) == "string" then text = record[key] break end
  end
  text = text or ""
  for _, key in ipairs(LEVEL_KEYS) do
    if record[key] ~= nil and record[key] ~= "" then level = record[key] break end
  end
  for _, key in ipairs(EXCEPTION_KEYS) do
    if record[key] ~= nil and record[key] ~= "" then has_exception = true end
  end
  local trace_id = record.trace_id or record.traceId or record.TraceId
  if text:sub(1, 1) == "{" then
    local json = text
    for _, key in ipairs(LEVEL_KEYS) do level = level or member(json, key) end
    for _, key in ipairs(EXCEPTION_KEYS) do
      if json:find('"' .. key:gsub("%p", "%%%0") .. '"%s*:%s*["{[]') then has_exception = true end
    end
    local number = member(json, "severity_number") or member(json, "severityNumber")
    if (tonumber(number) or 0) >= 17 then level = number end
    trace_id = trace_id or member(json, "trace_id") or member(json, "traceId")
    for _, key in ipairs(MESSAGE_KEYS) do
      local inner = json:match('"' .. key:gsub("%p", "%%%0") .. '"%s*:%s*"([^"\\]*)"')
      if inner then text = inner break end
    end
  end
  return text, level, has_exception, trace_id
end

-- DEBUG, INFO, WARNING or NONE; nil for what is always kept.
local function class_of(level, text)
  if level == nil then level = level_of_text(text) end
  if level == nil then return "NONE" end
  if type(level) == "number" then level = string.format("%d", level) end
  if type(level) ~= "string" then return nil end
  local word = level:match("^%s*(.-)%s*$"):upper()
  return CLASSES[word] or CLASSES[word:match("^(%u+)%d+$")]
end

-- The randomness of a trace: the rightmost 56 bits of its id as a fraction, without the last three.
local function randomness_of(trace_id)
  if type(trace_id) ~= "string" or #trace_id < 14 or trace_id:find("%X") or not trace_id:find("[^0]") then
    return math.random()
  end
  local high, low = tonumber(trace_id:sub(-14, -8), 16), tonumber(trace_id:sub(-7), 16)
  return (high * 2 ^ 25 + math.floor(low / 8)) / 2 ^ 53
end

-- The rate of a record's lines, the pattern's id or nil, and the trace id.
local function rate_of(record)
  local text, level, has_exception, trace_id = read(record)
  -- Errors come first: whatever follows cannot touch them.
  if has_exception or (tonumber(record.severity_number) or 0) >= 17 then return 1, nil, trace_id end
  local class = class_of(level, text)
  if class == nil then return 1, nil, trace_id end
  local line = tidied(text)
  for _, pattern in ipairs(PATTERNS) do
    if text:find(pattern[4], 1, true) and matches(line, pattern[3], pattern[5]) then
      return pattern[2].ALL or pattern[2][class], pattern[1], trace_id
    end
  end
  return RATES.ALL or RATES[class], nil, trace_id
end

function weir_sample(tag, timestamp, record)
  local ok, rate, pattern, trace_id = pcall(rate_of, record)
  if not ok then return 0, timestamp, record end
  if rate < 1 and not (randomness_of(trace_id) >= 1 - rate) then return -1, timestamp, record end
  record["sample_rate"] = 1 / rate
  record["weir.pattern"] = pattern
  record["weir.policy_version"] = POLICY_VERSION
  return 2, timestamp, record
end
`;
