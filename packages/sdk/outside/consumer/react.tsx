// A page with React, compiled against the package.
import { QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ConsentView, createTruConn } from '@truconn/sdk';
import { TruConnProvider, useSession, useSubscription, useTruConn } from '@truconn/sdk/react';

const truconn = createTruConn({ baseUrl: 'https://truconn.example' });
const queryClient = new QueryClient();

export const App = () => (
  <TruConnProvider truconn={truconn} queryClient={queryClient}>
    <Consents />
  </TruConnProvider>
);

function Consents() {
  const api = useTruConn();
  const cache = useQueryClient();
  const { status, user } = useSession();
  const { data, error } = useQuery(api.consent.list.queryOptions({ limit: 10 }));
  const onSuccess = ({ granted }: ConsentView) =>
    granted && cache.invalidateQueries(api.consent.pathFilter());
  const toggle = useMutation(api.consent.toggle.mutationOptions({ onSuccess }));
  useSubscription(
    api.consent.watch.subscriptionOptions(undefined, { onData: ({ data }) => void data.action }),
  );
  // @ts-expect-error a category's number is no text
  api.consent.ledger.queryOptions({ limit: 'ten' });
  if (status !== 'signed-in') return <p>Nobody is signed in.</p>;
  if (error !== null) return <p>{error.code}</p>;
  return (
    <ul title={user.email}>
      {data?.items.map(({ categoryId, name }) => (
        <li key={categoryId}>
          <button type="button" onClick={() => toggle.mutate({ categoryId })}>
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}
