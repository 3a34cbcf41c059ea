-- Calls a script's callback as Fluent Bit's lua filter does, once for each record from standard input, and writes its
-- answers to standard output. Both are streams of values: z, b0, b1, n<number>\n, s<length>\n<bytes>, t<pairs>\n<values>.
local function read_line()
  return io.read("*l")
end

local function read_value()
  local kind = io.read(1)
  if kind == nil then return nil, true end
  if kind == "z" then return nil end
  if kind == "b" then return io.read(1) == "1" end
  if kind == "n" then return tonumber(read_line()) end
  if kind == "s" then
    local length = tonumber(read_line())
    return length == 0 and "" or io.read(length)
  end
  local result = {}
  for _ = 1, tonumber(read_line()) do
    local key = read_value()
    result[key] = read_value()
  end
  return result
end

local function write_value(value)
  local kind = type(value)
  if kind == "nil" then io.write("z")
  elseif kind == "boolean" then io.write(value and "b1" or "b0")
  elseif kind == "number" then io.write("n", string.format("%.17g", value), "\n")
  elseif kind == "string" then io.write("s", #value, "\n", value)
  elseif kind == "table" then
    local count = 0
    for _ in pairs(value) do count = count + 1 end
    io.write("t", count, "\n")
    for key, inner in pairs(value) do
      write_value(key)
      write_value(inner)
    end
  else error("a record cannot hold a " .. kind) end
end

local source, call, tag, seed = read_value(), read_value(), read_value(), read_value()
FLB_ENV = {}
-- Runs must be repeatable: the seed is ours, whatever the script asks for.
math.randomseed(seed)
math.randomseed = function() end

assert(loadstring(source, "=script"))()
local callback = _G[call]
assert(type(callback) == "function", "the script defines no function " .. call)
assert(debug.getinfo(callback, "u").nparams ~= 5, "callbacks with five parameters are not evaluated here")

while true do
  local record, ended = read_value()
  if ended then break end
  local timestamp = read_value()
  local code, _, changed = callback(tag, timestamp, record)
  write_value(code)
  write_value((code == 1 or code == 2) and changed or nil)
end
