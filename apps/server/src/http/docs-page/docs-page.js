/* global SwaggerUIBundle */

const main = document.querySelector('main');

/** Shows the document, and lets people try what it describes on the server that the page came from. */
async function show() {
  const answer = await fetch('/api/openapi.json');
  if (!answer.ok) throw new Error(`the document was answered with ${answer.status}`);
  const spec = await answer.json();
  SwaggerUIBundle({
    domNode: main,
    // The page may be open under another name of this server, and only asks where it came from.
    spec: { ...spec, servers: [{ url: window.location.origin }] },
    tryItOutEnabled: true,
    // Nobody's credentials stay behind, and nothing about the document goes to anybody else.
    persistAuthorization: false,
    queryConfigEnabled: false,
    validatorUrl: null,
  });
}

show().catch(() => {
  main.textContent = 'The OpenAPI document could not be read. Load this page again.';
});
