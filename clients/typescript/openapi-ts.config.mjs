export default {
  input: './openapi.json',
  output: { path: process.env.AURORA_GENERATED ?? './src/generated' },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
};
