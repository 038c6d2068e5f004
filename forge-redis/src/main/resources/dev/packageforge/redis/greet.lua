-- KEYS: meta. Answers the server's epoch and schema, if it has them.
return call('HMGET', META, 'epoch', 'schema')
