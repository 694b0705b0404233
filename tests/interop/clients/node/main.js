// Makes the calls that it reads, a JSON object a line, and prints what comes back; see ../../caller.py.
const fs = require('node:fs');
const readline = require('node:readline');
const grpc = require('@grpc/grpc-js');

const [target, authorities] = process.argv.slice(2);
const security = authorities
  ? grpc.credentials.createSsl(fs.readFileSync(authorities))
  : grpc.credentials.createInsecure();
const client = new grpc.Client(target, security);
const same = (bytes) => bytes;
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

function perform({ path, requests, take }) {
  return new Promise((resolve) => {
    const stream = client.makeBidiStreamRequest(path, same, same);
    let taken = 0;
    stream.on('data', (message) => {
      // Those that were under way when it was cancelled are nobody's.
      if (taken === take) return;
      print({ message: message.toString('base64') });
      if (++taken === take) stream.cancel();
    });
    stream.on('error', () => {}); // the status says it too
    stream.on('status', ({ code, metadata }) => {
      const [details = Buffer.alloc(0)] = metadata.get('grpc-status-details-bin');
      print({ code: taken === take ? 0 : code, details: details.toString('base64') });
      resolve();
    });
    for (const request of requests) stream.write(Buffer.from(request, 'base64'));
    stream.end();
  });
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) await perform(JSON.parse(line));
  client.close();
})();
