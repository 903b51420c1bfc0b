'use strict';
// The worker of the product's description as a Node team would write it: BullMQ, supabase-js, fetch, pino.
const { Worker } = require('bullmq');
const pino = require('pino');
const { QUEUE, connect, must, supabase } = require('./clients');
const { dailySummary } = require('./summary');

const logger = pino({ name: QUEUE });
const connection = connect();
const messages = () => supabase.from('aurora_proactive_messages');

function digits(phone) {
  const found = phone.replace(/\D/g, '');
  return found.startsWith('55') && found.length > 11 ? found : `55${found}`;
}

async function sendWhatsApp(instance, phone, text) {
  const response = await fetch(`${process.env.WHATSAPP_URL}/message/sendText/${encodeURIComponent(instance)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', apikey: process.env.WHATSAPP_API_KEY },
    body: JSON.stringify({ number: digits(phone), text }),
  });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  return response.json();
}

async function handle(job) {
  const { type, organizationId, ownerNumberId, timezone } = job.data;
  const { content, metadata } = await dailySummary(organizationId, timezone);
  const { data: row } = must(await messages().insert({
    organization_id: organizationId, owner_number_id: ownerNumberId, message_type: type, content,
    scheduled_for: new Date().toISOString(), status: 'pending', metadata,
  }).select('id').single());
  const { data: owner } = must(await supabase.from('owner_numbers').select('phone').eq('id', ownerNumberId).single());
  const { data: instance } = must(await supabase.from('whatsapp_instances').select('instance_name')
    .eq('organization_id', organizationId).eq('status', 'connected').limit(1).maybeSingle());
  if (!instance) {
    must(await messages().update({ status: 'failed', error_message: 'no instance is connected' }).eq('id', row.id));
    return;
  }
  await sendWhatsApp(instance.instance_name, owner.phone, content);
  must(await messages().update({ status: 'sent', sent_at: new Date().toISOString() }).eq('id', row.id));
  logger.info({ jobId: job.id, type, organizationId }, 'message sent');
}

const worker = new Worker(QUEUE, handle, { connection, concurrency: Number(process.env.CONCURRENCY) });
worker.on('failed', (job, error) => logger.error({ jobId: job?.id, error: error.message }, 'message failed'));
worker.on('error', (error) => logger.error({ error: error.message }, 'worker error'));
worker.waitUntilReady().then(() => logger.info('worker ready'));
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, async () => {
    setTimeout(() => process.exit(1), 8000); // for jobs that hang where the stack is gone
    await worker.close();
    process.exit(0);
  });
}
