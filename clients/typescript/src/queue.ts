/** The queue as the product's own code knows it from BullMQ, over Aurora's HTTP API. */
import { createClient, type Client } from './generated/client/index.js';
import { getJob, listJobs, requeueJob, trigger } from './generated/sdk.gen.js';
import type { Job, Preview, ProblemDocument, Triggered, TriggerData } from './generated/types.gen.js';
import { preview } from './generated/sdk.gen.js';

type AnyRequest = TriggerData['body'];
/** `custom_campaign`, `daily_summary` ... */
export type MessageType = AnyRequest['type'];
/** As a job's name in BullMQ: `custom-campaign` is `custom_campaign`. */
export type JobName = MessageType | 'custom-campaign' | 'daily-summary' | 'inactive-clients' | 'low-occupancy';
/** What is asked for: the type's own fields, of which `type` may be left to the name. */
export type JobData<T extends MessageType = MessageType> = Omit<Extract<AnyRequest, { type: T }>, 'type'> & { type?: T };
/** The states of Aurora; `wait` and `delayed` are BullMQ's names of `waiting` and `scheduled`. */
export type JobState = 'waiting' | 'active' | 'scheduled' | 'completed' | 'failed';
export type AnyJobState = JobState | 'wait' | 'delayed';
type TypeOf<N extends JobName> = N extends MessageType ? N
  : N extends 'custom-campaign' ? 'custom_campaign'
  : N extends 'daily-summary' ? 'daily_summary'
  : N extends 'inactive-clients' ? 'inactive_clients'
  : 'low_occupancy';

const PAGE = 200;

/** Where Aurora is, and who asks. */
export interface QueueOptions {
  /** Aurora's address, such as `https://aurora.example.com`. */
  url: string;
  /** A service key, or a user's session token; a function is asked before every request. */
  key: string | (() => string | Promise<string>);
  /** Milliseconds to wait for an answer; 10 s where it is not said. */
  timeout?: number;
  fetch?: typeof fetch;
}

/** A refusal: `problem.detail` says what to send instead. */
export class AuroraError extends Error {
  override readonly name = 'AuroraError';
  constructor(
    /** The HTTP status; 0 where nobody answered. */
    readonly status: number,
    readonly problem: ProblemDocument | undefined,
    /** Seconds after which the same may be asked again; undefined where it will be refused again. */
    readonly retryAfter: number | undefined,
    options?: ErrorOptions,
  ) {
    super(problem ? `${problem.title}: ${problem.detail}` : status ? `Aurora answered ${status}` : 'Aurora is away', options);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response?: Response;
}

/** Asks for messages and looks at what became of them. */
export class AuroraQueue {
  private readonly client: Client;

  constructor(options: QueueOptions) {
    const within = options.timeout ?? 10_000;
    const send = options.fetch ?? fetch;
    this.client = createClient({
      baseUrl: options.url.replace(/\/+$/, ''),
      auth: typeof options.key === 'string' ? () => options.key as string : options.key,
      fetch: (input, init) => send(input, { ...init, signal: AbortSignal.timeout(within) }),
    });
  }

  /**
   * Ask for a message. The same one (owner, type and day) is sent once, however often it is asked for; a campaign is a
   * new one at every call, unless `jobId` or `campaignId` says which.
   *
   * @throws AuroraError
   */
  async add<N extends JobName>(name: N, data: JobData<TypeOf<N>>, options: { jobId?: string } = {}): Promise<Triggered> {
    const type = name.replaceAll('-', '_') as MessageType;
    if (data.type !== undefined && data.type !== type) throw new TypeError(`${name} cannot be a ${data.type}`);
    const headers = options.jobId === undefined ? {} : { 'Idempotency-Key': options.jobId };
    return this.asked(trigger({ client: this.client, body: { ...data, type } as AnyRequest, headers }));
  }

  /** The text and the figures that a message would have now; sends and writes nothing. */
  async preview<N extends JobName>(name: N, data: JobData<TypeOf<N>>): Promise<Preview> {
    const body = { ...data, type: name.replaceAll('-', '_') } as AnyRequest;
    return this.asked(preview({ client: this.client, body }));
  }

  /**
   * Jobs in one state or several, one state after the other; completed and failed ones come newest first. `start` and `end`
   * are positions in that list, `end` included, -1 being its end.
   */
  async getJobs(states: AnyJobState | AnyJobState[] = ['waiting', 'active'], start = 0, end = -1): Promise<Job[]> {
    const found: Job[] = [];
    const enough = end < 0 ? Infinity : end + 1;
    for (const state of new Set([states].flat().map(nameOf))) {
      for await (const page of this.pages(state)) {
        found.push(...page);
        if (found.length >= enough) return found.slice(start, enough);
      }
    }
    return found.slice(start);
  }

  getWaiting(start = 0, end = -1): Promise<Job[]> { return this.getJobs('waiting', start, end); }
  getActive(start = 0, end = -1): Promise<Job[]> { return this.getJobs('active', start, end); }
  getDelayed(start = 0, end = -1): Promise<Job[]> { return this.getJobs('scheduled', start, end); }
  getCompleted(start = 0, end = -1): Promise<Job[]> { return this.getJobs('completed', start, end); }
  getFailed(start = 0, end = -1): Promise<Job[]> { return this.getJobs('failed', start, end); }

  /** How many jobs are in each state; undefined for a user's session token, which sees its own only. */
  async getJobCounts(): Promise<Record<string, number> | undefined> {
    const page = await this.asked(listJobs({ client: this.client, query: { limit: 1 } }));
    return page.counts ?? undefined;
  }

  /** One job; undefined where there is none of that id, or it is another organisation's. */
  async getJob(id: string): Promise<Job | undefined> {
    try {
      return await this.asked(getJob({ client: this.client, path: { job_id: id } }));
    } catch (error) {
      if (error instanceof AuroraError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Put a failed job back on the queue, with all its attempts. */
  retry(id: string): Promise<Job> {
    return this.asked(requeueJob({ client: this.client, path: { job_id: id } }));
  }

  private async *pages(state: JobState): AsyncGenerator<Job[]> {
    let cursor: string | null = '0';
    while (cursor !== null) {
      const page: { jobs: Job[]; nextCursor: string | null } = await this.asked(
        listJobs({ client: this.client, query: { state, limit: PAGE, cursor } }),
      );
      yield page.jobs;
      cursor = page.nextCursor;
    }
  }

  private async asked<T>(request: Promise<Answer<T>>): Promise<T> {
    const { data, error, response } = await request;
    if (response?.ok && data !== undefined) return data;
    if (response === undefined) throw new AuroraError(0, undefined, 1, { cause: error });
    const problem = isProblem(error) ? error : undefined;
    const wait = Number(response.headers.get('retry-after') ?? NaN);
    const again = response.status === 429 || response.status >= 500 ? wait || 1 : undefined;
    throw new AuroraError(response.status, problem, again);
  }
}

function nameOf(state: AnyJobState): JobState {
  return state === 'wait' ? 'waiting' : state === 'delayed' ? 'scheduled' : state;
}

function isProblem(error: unknown): error is ProblemDocument {
  return typeof error === 'object' && error !== null && 'title' in error && 'detail' in error;
}
