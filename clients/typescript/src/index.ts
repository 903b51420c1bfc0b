/** Aurora Proactive Worker from TypeScript: the queue, and every function and type of the HTTP API. */
export { AuroraError, AuroraQueue } from './queue.js';
export type { AnyJobState, JobData, JobName, JobState, MessageType, QueueOptions } from './queue.js';
export { createClient, createConfig } from './generated/client/index.js';
export type { Client } from './generated/client/index.js';
export * from './generated/sdk.gen.js';
export type * from './generated/types.gen.js';
