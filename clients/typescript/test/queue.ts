/** The queue against a running Aurora: what tests/clients/test_typescript.py runs with Node. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuroraError, AuroraQueue, listMessages, createClient } from '../src/index.js';

const { AURORA_URL = '', AURORA_KEY = '', ORGANIZATION = '', OWNER = '', FAILED = '', COMPLETED = '' } = process.env;
const auroraProactiveQueue = new AuroraQueue({ url: AURORA_URL, key: AURORA_KEY });
const owner = { organizationId: ORGANIZATION, ownerNumberId: OWNER };

test('the calls of the description are answered', async () => {
  const asked = await auroraProactiveQueue.add('custom-campaign', {
    type: 'custom_campaign',
    ...owner,
    data: { campaignType: 'promocional', targetAudience: 'vip', message: 'Cliente VIP merece desconto especial!' },
  });
  assert.equal(asked.status, 'queued');
  const jobs = await auroraProactiveQueue.getJobs(['waiting', 'active']);
  assert.ok(jobs.some((job) => job.id === asked.jobId && job.type === 'custom_campaign'));
  const job = await auroraProactiveQueue.getJob(asked.jobId);
  assert.equal(job?.messageId, asked.messageId);
  assert.deepEqual((await auroraProactiveQueue.getCompleted()).map((each) => each.id), [COMPLETED]);
  const [failed] = await auroraProactiveQueue.getFailed();
  assert.equal(failed?.id, FAILED);
  assert.equal((await auroraProactiveQueue.getJobCounts())?.['failed'], 1);
});

test('the same thing asked for again is the same', async () => {
  const one = await auroraProactiveQueue.add('daily_summary', owner);
  const again = await auroraProactiveQueue.add('daily-summary', owner);
  assert.equal(again.messageId, one.messageId);
  const data = { campaignType: 'natal', targetAudience: 'all' } as const;
  const natal = await auroraProactiveQueue.add('custom_campaign', { ...owner, data }, { jobId: 'natal-2026' });
  const same = await auroraProactiveQueue.add('custom_campaign', { ...owner, data }, { jobId: 'natal-2026' });
  assert.equal(same.messageId, natal.messageId);
});

test('pages follow each other, and positions count over all states', async () => {
  const all = await auroraProactiveQueue.getJobs(['wait', 'active', 'completed', 'failed']);
  assert.ok(all.length > 200);
  assert.equal(new Set(all.map((job) => job.id)).size, all.length);
  const some = await auroraProactiveQueue.getJobs(['wait', 'active', 'completed', 'failed'], 1, 3);
  assert.deepEqual(some.map((job) => job.id), all.slice(1, 4).map((job) => job.id));
});

test('a refusal is an error that says what to send instead', async () => {
  const refused = (status: number) => (error: unknown) =>
    error instanceof AuroraError && error.status === status && error.retryAfter === undefined && /\S/.test(error.message);
  const stranger = new AuroraQueue({ url: AURORA_URL, key: async () => 'nobody' });
  await assert.rejects(stranger.getJobs('waiting'), refused(401));
  await assert.rejects(auroraProactiveQueue.add('daily_summary', { organizationId: ORGANIZATION, ownerNumberId: ORGANIZATION }),
    (error: unknown) => error instanceof AuroraError && error.status >= 400 && error.problem !== undefined);
  await assert.rejects(auroraProactiveQueue.retry('nothing'), refused(404));
  assert.equal(await auroraProactiveQueue.getJob('nothing'), undefined);
  // @ts-expect-error a campaign without its data is none
  await assert.rejects(auroraProactiveQueue.add('custom_campaign', owner), refused(422));
  // @ts-expect-error such a type does not exist
  await assert.rejects(auroraProactiveQueue.add('weekly_summary', owner), refused(422));
  await assert.rejects(auroraProactiveQueue.add('birthdays', { ...owner, type: 'daily_summary' as never }), TypeError);
});

test('where nobody answers the same may be asked again', async () => {
  const away = new AuroraQueue({ url: 'http://127.0.0.1:1', key: AURORA_KEY });
  await assert.rejects(away.getFailed(), (error: unknown) =>
    error instanceof AuroraError && error.status === 0 && error.retryAfter === 1);
  const silent = new AuroraQueue({ url: AURORA_URL, key: AURORA_KEY, timeout: 20, fetch: neverAnswering });
  await assert.rejects(silent.getFailed(), (error: unknown) => error instanceof AuroraError && error.status === 0);
});

test('what the queue does not have is a function of its own', async () => {
  const client = createClient({ baseUrl: AURORA_URL, auth: AURORA_KEY });
  const { data } = await listMessages({ client, query: { organizationId: ORGANIZATION, status: 'failed' } });
  assert.deepEqual(data?.messages, []);
  const preview = await auroraProactiveQueue.preview('daily_summary', owner);
  assert.ok(preview.text.includes('resumo'));
});

/** As a server that takes the request and says nothing, until the signal ends it. */
const neverAnswering: typeof fetch = (_, init) => new Promise((_, reject) => {
  const alive = setTimeout(() => reject(new Error('no signal came')), 10_000);
  init?.signal?.addEventListener('abort', () => {
    clearTimeout(alive);
    reject(init.signal?.reason);
  });
});
