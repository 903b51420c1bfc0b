'use strict';
// The connections that worker and fan-out share.
const { default: Redis } = require('ioredis');
const { createClient } = require('@supabase/supabase-js');

exports.QUEUE = 'aurora-proactive';
exports.connect = () => new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null });
exports.supabase = createClient(process.env.SUPABASE_URL, process.env.SUPABASE_SERVICE_ROLE_KEY, {
  auth: { persistSession: false, autoRefreshToken: false },
  realtime: { transport: require('ws') }, // supabase-js wants one below Node 22; nothing here uses it
});

// The rows (and the count) of an answer, or the error that it is.
exports.must = ({ data, count, error }) => {
  if (error) throw new Error(error.message);
  return { data, count };
};
