/**
 * Evolution API has one webhook an instance, and your bot has it. This passes each event on to Aurora, byte for byte,
 * and keeps the bot quiet where Aurora answers. Node 20 or newer, nothing to install.
 *
 *   AURORA_URL=https://aurora.example.com AURORA_SECRET=... EVOLUTION_TOKEN=... PORT=3000 node forward.js
 *
 * AURORA_SECRET is one of Aurora's WEBHOOK_SECRET; EVOLUTION_TOKEN is what you put into the header `Authorization:
 * Bearer ...` of your own webhook at Evolution API.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What Aurora makes of a message; where nobody could ask it, the bot goes on as always. */
export interface Verdict {
  /** Aurora answers or acts: your bot keeps quiet. */
  handled: boolean;
  /** This client wants no campaigns: the conversation goes on, without marketing. */
  optOut: 'sure' | 'probable' | null;
  /** A pet has died: nothing cheerful now. */
  luto: boolean;
}
const UNKNOWN: Verdict = { handled: false, optOut: null, luto: false };

const MINUTE = 60_000;
/** How long a person waits for the bot while Aurora is asked: AURORA_PATIENCE, in seconds. */
const PATIENCE = 1_000 * Number(process.env.AURORA_PATIENCE ?? 3);
const LARGEST_BODY = 8 * 1024 * 1024;
const KEPT = 10_000;
const KEPT_FOR = 24 * 60 * MINUTE;

/** Aurora did not take it; the same body again is harmless, and may be taken. */
class Away extends Error {}

async function tell(body: Buffer<ArrayBuffer>, within: number): Promise<Verdict> {
  let answer: Response;
  try {
    answer = await fetch(new URL('/webhooks/whatsapp/evolution', process.env.AURORA_URL), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.AURORA_SECRET}` },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(within),
    });
    if (answer.status === 200) return (await answer.json()) as Verdict;
  } catch (error) {
    throw new Away(`Aurora cannot be reached: ${error instanceof Error ? error.name : 'unknown'}`);
  }
  if (answer.status === 204) return UNKNOWN;
  // it will never take these bodies: too large, or no event of Evolution API 2
  if ([400, 413, 422].includes(answer.status)) {
    console.error(`Aurora refused an event for good: ${answer.status}`);
    return UNKNOWN;
  }
  throw new Away(`Aurora answered ${answer.status}`); // 401: look at AURORA_SECRET
}

/**
 * What Aurora did not take, oldest first, tried again after 1 s, 2 s, 4 s ... 5 minutes. In this process's memory: where
 * you have a queue, put the body there instead (docs/webhooks.md has it for BullMQ).
 */
class Retries {
  private readonly waiting: { body: Buffer<ArrayBuffer>; since: number }[] = [];
  private wait = 1_000;
  private running = false;

  add(body: Buffer<ArrayBuffer>): void {
    if (this.waiting.length === KEPT) this.waiting.shift();
    this.waiting.push({ body, since: Date.now() });
    if (!this.running) this.later();
  }

  private later(): void {
    this.running = true;
    setTimeout(() => void this.tryAgain(), this.wait);
    this.wait = Math.min(this.wait * 2, 5 * MINUTE);
  }

  private async tryAgain(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      try {
        if (Date.now() - next.since < KEPT_FOR) await tell(next.body, MINUTE / 2);
      } catch (error) {
        console.error(String(error));
        this.waiting.unshift(next);
        return this.later();
      }
      this.wait = 1_000;
    }
    this.running = false;
  }
}

const retries = new Retries();

export async function forward(body: Buffer<ArrayBuffer>): Promise<Verdict> {
  try {
    return await tell(body, PATIENCE);
  } catch (error) {
    console.error(String(error));
    retries.add(body);
    return UNKNOWN;
  }
}

/** Your bot. It answers in its own time: Evolution API waits for nothing but that the event was taken. */
async function bot(event: { event: string; instance: string; data: unknown }, verdict: Verdict): Promise<void> {
  console.log(JSON.stringify({ bot: event.event, instance: event.instance, ...verdict }));
}

function isFromEvolution(request: IncomingMessage): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${process.env.EVOLUTION_TOKEN}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

for (const name of ['AURORA_URL', 'AURORA_SECRET', 'EVOLUTION_TOKEN']) {
  if (!process.env[name]) throw new Error(`${name} is not set`);
}
const server = createServer(async (request, response) => {
  if (!isFromEvolution(request)) return void response.writeHead(401).end();
  const body = await bodyOf(request);
  if (!body) return void response.writeHead(413).end();
  const verdict = await forward(body);
  response.writeHead(204).end();
  try {
    if (!verdict.handled) await bot(JSON.parse(body.toString('utf8')), verdict);
  } catch (error) {
    console.error(`the bot failed: ${String(error)}`);
  }
});
server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () => {
  console.log(`listening on port ${(server.address() as AddressInfo).port}`);
});
