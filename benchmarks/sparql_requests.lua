-- For wrk: asks the addresses in the file args[1], one to a line, one after another; args[2] is the Accept header.
local requests = {}
local place = 0

function init(args)
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", line, { ["Accept"] = args[2], ["Host"] = "127.0.0.1" })
  end
end

function request()
  place = place % #requests + 1
  return requests[place]
end
