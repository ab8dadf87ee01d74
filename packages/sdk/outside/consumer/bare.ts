// What the compiler's time for the package is measured against: tRPC's own client of the smallest router there is.
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';

const t = initTRPC.create();
const router = t.router({ hello: t.procedure.query(() => 'hello') });

const client = createTRPCClient<typeof router>({
  links: [httpBatchLink({ url: 'https://truconn.example' })],
});
client.hello.query().then((hello) => console.log(hello.length));
