import { readFileSync } from 'node:fs';

// read here: the generator takes a path for an address, in which a % is none
const input = JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf-8'));

export default {
  input,
  output: { path: process.env.AURORA_GENERATED ?? './src/generated' },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
};
