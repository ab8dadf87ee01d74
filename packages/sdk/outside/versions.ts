/**
 * What the empty projects install besides the package itself. They are no dependencies of the workspace: together they
 * are as large as everything else.
 */
export const VERSIONS = {
  bun: '1.4.5',
  /** The oldest that the package says it runs on. */
  node: '20.3.0',
  deno: '2.9.6',
  miniflare: '4.20260730.0',
  vite: '8.3.8',
  typescript: '6.0.3',
  '@types/node': '24.19.2',
  '@types/react': '19.3.0',
  '@tanstack/react-query': '5.108.0',
  '@trpc/client': '11.22.1',
  '@trpc/server': '11.22.1',
  '@trpc/tanstack-react-query': '11.22.1',
  react: '19.3.1',
} as const;

/** `name@version`, as `npm install` takes it. */
export function pinned(...names: (keyof typeof VERSIONS)[]): string[] {
  return names.map((name) => `${name}@${VERSIONS[name]}`);
}
