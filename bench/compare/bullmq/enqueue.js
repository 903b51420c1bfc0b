'use strict';
// The fan-out: one job an owner. Says "ready", begins at the first line of its input, ends when that is closed.
const { Queue } = require('bullmq');
const { QUEUE, connect, must, supabase } = require('./clients');

const PAGE = 1000; // PostgREST answers with no more
const queue = new Queue(QUEUE, {
  connection: connect(),
  defaultJobOptions: {
    attempts: 3, backoff: { type: 'exponential', delay: 2000 }, removeOnComplete: { count: 200 },
  },
});

async function enqueueAll() {
  for (let at = 0, owners; !owners || owners.length === PAGE; at += PAGE) {
    ({ data: owners } = must(await supabase.from('owner_numbers')
      .select('id, organization_id, organizations!inner(timezone)')
      .eq('aurora_enabled', true).eq('organizations.is_active', true).order('id').range(at, at + PAGE - 1)));
    await queue.addBulk(owners.map((owner) => ({
      name: 'daily-summary',
      data: {
        type: 'daily_summary', organizationId: owner.organization_id, ownerNumberId: owner.id,
        timezone: owner.organizations.timezone,
      },
    })));
  }
}

queue.waitUntilReady().then(() => console.log('ready'));
process.stdin.once('data', () => enqueueAll().then(() => console.log('enqueued'), (error) => {
  console.error(error);
  process.exit(1);
}));
process.stdin.on('end', () => process.exit(0));
