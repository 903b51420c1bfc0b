'use strict';
// A WhatsApp gateway that is never the bottleneck: Evolution API's sendText, and what it was given.
//
//   GATEWAY_KEY=... node gateway.js <port>
//   POST /message/sendText/{instance}  -> 201 in Evolution's shape, after the latency that was set
//   GET  /stats                        -> what was accepted and what was not since the last reset
//   POST /reset?latency=50             -> forget it; answer after so many milliseconds from now on
const http = require('node:http');

const KEY = process.env.GATEWAY_KEY;
const SEND = '/message/sendText/';
let latency = 0;
let seen;

function forget() {
  seen = { messages: 0, refused: 0, unknown: 0, inFlight: 0, mostInFlight: 0, instances: new Set() };
}

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

function readable(body) {
  try {
    const { number, text } = JSON.parse(body);
    return typeof text === 'string' && text.length > 0 && /^55\d{10,11}$/.test(number) && { number, text };
  } catch {
    return false;
  }
}

function send(request, response, body) {
  const message = request.headers.apikey === KEY && readable(body);
  if (!message) {
    seen.refused += 1;
    return answer(response, 400, { status: 400, error: 'Bad Request', response: { message: ['not a message'] } });
  }
  seen.messages += 1;
  seen.instances.add(request.url.slice(SEND.length));
  seen.mostInFlight = Math.max(seen.mostInFlight, ++seen.inFlight);
  const accept = () => {
    seen.inFlight -= 1;
    answer(response, 201, {
      key: { remoteJid: `${message.number}@s.whatsapp.net`, fromMe: true, id: `3EB0${String(seen.messages).padStart(16, '0')}` },
      status: 'PENDING',
      message: { conversation: message.text },
      messageTimestamp: Math.floor(Date.now() / 1000),
    });
  };
  return latency ? setTimeout(accept, latency) : accept();
}

function serve(request, response, body) {
  const { method, url } = request;
  if (method === 'POST' && url.startsWith(SEND)) return send(request, response, body);
  if (method === 'POST' && url.startsWith('/reset')) {
    latency = Number(new URL(url, 'http://gateway').searchParams.get('latency') || 0);
    forget();
    return answer(response, 200, {});
  }
  if (url === '/stats') return answer(response, 200, { ...seen, instances: seen.instances.size });
  if (url === '/') return answer(response, 200, {});
  seen.unknown += 1;
  return answer(response, 404, { status: 404, error: 'Not Found', response: { message: ['not this gateway'] } });
}

forget();
const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => serve(request, response, Buffer.concat(parts).toString()));
});
server.keepAliveTimeout = 65_000; // as behind most balancers; Node's own 5 s would close busy clients' connections
server.listen(Number(process.argv[2]), '127.0.0.1');
