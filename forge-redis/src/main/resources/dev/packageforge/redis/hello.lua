-- KEYS: meta. ARGV[5]: an epoch for a server that has none. Answers its epoch and schema.
call('HSETNX', META, 'epoch', ARGV[5])
call('HSETNX', META, 'schema', '1')
return call('HMGET', META, 'epoch', 'schema')
