import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fp from 'fastify-plugin';
import { publicFile, sendPublicFile } from '../etag.ts';

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>TruConn API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<script src="/api/docs/swagger-ui-bundle.js" defer></script>
<script src="/api/docs/docs-page.js" defer></script>
</head>
<body>
<main>
<noscript>This page needs JavaScript. What it shows is at <a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
</main>
</body>
</html>
`;

const TEXT = 'text/plain; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/**
 * `GET /api/docs`: the OpenAPI document to read and to try, in Swagger UI. All that the page loads is served
 * from here, by name.
 */
export const docsPage = fp(async (app) => {
  const files = {
    '/api/docs': publicFile('text/html; charset=utf-8', PAGE),
    '/api/docs/docs-page.js': publicFile(JAVASCRIPT, readOwn('docs-page.js')),
    '/api/docs/swagger-ui-bundle.js': publicFile(JAVASCRIPT, readSwaggerUi('swagger-ui-bundle.js')),
    // Its bundle names this file for the licences of what is in it.
    '/api/docs/swagger-ui-bundle.js.LICENSE.txt': publicFile(
      TEXT,
      readSwaggerUi('swagger-ui-bundle.js.LICENSE.txt'),
    ),
    // Its own, which has to come with it (Apache License 2.0, 4).
    '/api/docs/LICENSE': publicFile(TEXT, readSwaggerUi('LICENSE')),
    '/api/docs/NOTICE': publicFile(TEXT, readSwaggerUi('NOTICE')),
    '/api/docs/swagger-ui.css': publicFile('text/css; charset=utf-8', readSwaggerUi('swagger-ui.css')),
  };
  for (const [url, file] of Object.entries(files)) {
    app.get(url, (request, reply) => {
      reply.header('content-security-policy', PAGE_POLICY);
      return sendPublicFile(file, request, reply);
    });
  }
});

// Beside this module, and beside the bundle that it becomes a part of: tsup.config.ts copies it there.
function readOwn(name: string): Buffer {
  return readFileSync(new URL(`./${name}`, import.meta.url));
}

function readSwaggerUi(name: string): Buffer {
  return readFileSync(createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`));
}
