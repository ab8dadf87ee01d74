import { useQuery } from '@tanstack/react-query';
import { createTruConnQuery, useSession, useTruConn } from '../../../src/react/index.ts';
import type { Page } from './render.tsx';

export const signIn = ({ truconn }: Page, identifier: string) =>
  truconn.auth.signIn({ identifier, password: 'a long passphrase' });

export const consentsOf = (page: Page) => createTruConnQuery(page).consent.list.queryOptions();

/** Shows the consents and whose page it is; `seen` has all that was ever rendered. */
export function makeView(seen: string[] = []) {
  const Consents = () => {
    const { user } = useSession();
    const { data, error, status } = useQuery(useTruConn().consent.list.queryOptions());
    const shown = `${user?.id ?? 'nobody'}: ${data?.items[0]?.name ?? error?.code ?? status}`;
    seen.push(shown);
    return <p id="consents">{shown}</p>;
  };
  // Reads nothing but data, and so is told of nothing else.
  const Bystander = () => {
    const { data } = useQuery(useTruConn().consent.list.queryOptions());
    return <p id="bystander">{data?.items[0]?.name ?? ''}</p>;
  };
  return [<Consents key="consents" />, <Bystander key="bystander" />];
}
