import { ROUTES } from '../../src/rest/register.ts';

/** Method and path. */
export type Route = `${string} /${string}`;

/** A route’s URL with ids that are well formed and nobody’s. */
function concrete(url: string): string {
  return url.replace(':user_id', '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77').replace(/:\w+/g, '2147483647');
}

/** Every route of the table. */
export const routes = ROUTES.map(({ method, url, access }) => ({
  route: `${method} ${concrete(url)}` as Route,
  path: concrete(url),
  method,
  access,
}));
/** Those that a credential has to come with. */
export const personal = routes.filter(({ access }) => access === 'person');
/** Those that take a body. */
export const withBody = routes.filter(({ method }) => method !== 'GET');
