// Runs a bundled worker once in workerd: its file, and the server's address.
import { readFile } from 'node:fs/promises';
import { Miniflare } from 'miniflare';

const [file, url] = process.argv.slice(2);
const worker = new Miniflare({
  modules: [{ type: 'ESModule', path: 'worker.js', contents: await readFile(file, 'utf8') }],
  compatibilityDate: '2026-07-01',
  bindings: { TRUCONN_URL: url },
});
try {
  const response = await worker.dispatchFetch('http://worker.example/');
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  console.log(text);
} finally {
  await worker.dispose();
}
