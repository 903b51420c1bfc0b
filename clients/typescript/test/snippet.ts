/** The snippet of docs/typescript.md; it is compiled, and not run. */
import { AuroraQueue } from '../src/index.js';

const auroraProactiveQueue = new AuroraQueue({
  url: process.env.AURORA_URL ?? 'http://127.0.0.1:8000',
  key: process.env.AURORA_KEY ?? '', // python scripts/api_key.py --name backend
});

await auroraProactiveQueue.add('daily-summary', {
  type: 'daily_summary',
  organizationId: '5b0c6a4e-1d2f-4a3b-8c9d-0e1f2a3b4c5d',
  ownerNumberId: '6c1d7b5f-2e30-4b4c-9dae-1f203b4c5d6e',
});
await auroraProactiveQueue.add('custom-campaign', {
  type: 'custom_campaign',
  organizationId: '5b0c6a4e-1d2f-4a3b-8c9d-0e1f2a3b4c5d',
  ownerNumberId: '6c1d7b5f-2e30-4b4c-9dae-1f203b4c5d6e',
  data: { campaignType: 'reativacao', targetAudience: 'inactive', message: 'Sentimos sua falta!' },
}, { jobId: 'reativacao-2026-11' });

const jobs = await auroraProactiveQueue.getJobs(['waiting', 'active']);
const completed = await auroraProactiveQueue.getCompleted();
const failed = await auroraProactiveQueue.getFailed();
export { completed, failed, jobs };
