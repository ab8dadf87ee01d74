import fp from 'fastify-plugin';

/** What stands at `/admin/` while the web console is not installed, for people who look for it there. */
export const consoleNotice = fp(async (app) => {
  for (const url of ['/admin', '/admin/*']) {
    app.get(url, (_request, reply) =>
      reply.code(404).send({ detail: 'The console is not installed on this server.' }),
    );
  }
});
