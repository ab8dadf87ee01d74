// Checks what no compiler sees: that the container files match the server's settings, and that every
// dependency is pinned in one place. Each problem is one line; there is no output when all is well.
import { createRequire } from 'node:module';
import path from 'node:path';
import { manifest, packageDirectories, read, root } from './lib/workspace.mjs';

const { parse } = createRequire(path.join(root, 'apps/server/package.json'))('yaml');

/** Read by Node itself. */
const NOT_OURS = ['NODE_OPTIONS', 'UV_THREADPOOL_SIZE'];
const SETTINGS = 'apps/server/src/settings-schema.ts';
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

const problems = [
  ...composeProblems(),
  ...dockerfileProblems(),
  ...dependencyProblems(),
  ...lockfileProblems(),
];
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

function composeProblems() {
  const { services = {} } = parse(read('docker-compose.yml')) ?? {};
  const ours = Object.values(services).filter(({ build }) => build !== undefined);
  if (ours.length === 0) return ['docker-compose.yml: no service is built from this project.'];
  return ours.flatMap(({ environment }) => unknownSettings('docker-compose.yml', namesIn(environment)));
}

// Compose takes a map, or a list of NAME=value.
function namesIn(environment = {}) {
  return Array.isArray(environment)
    ? environment.map((entry) => entry.split('=')[0])
    : Object.keys(environment);
}

function unknownSettings(file, names) {
  const settings = read(SETTINGS);
  return names
    .filter((name) => !NOT_OURS.includes(name) && !new RegExp(`^  ${name}: `, 'm').test(settings))
    .map((name) => `${file} sets ${name}, which ${SETTINGS} does not know.`);
}

function dockerfileProblems() {
  const dockerfile = read('Dockerfile');
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const last = stages.at(-1) ?? '';
  const user = [...last.matchAll(/^USER +(\S+)/gm)].at(-1)?.[1];
  const names = [...last.matchAll(/^ENV +(.+)/gm)].flatMap(([, line]) =>
    [...line.matchAll(/(\w+)=/g)].map(([, name]) => name),
  );
  return [
    ...(stages.length < 2 ? ['Dockerfile: it must build in one stage and run in another.'] : []),
    ...(!user || /^(root|0)\b/.test(user) ? ['Dockerfile: the last USER must not be root.'] : []),
    ...(/^HEALTHCHECK /m.test(last) ? [] : ['Dockerfile: there is no HEALTHCHECK.']),
    ...(dockerfile.includes('--no-optional')
      ? ['Dockerfile: --no-optional leaves out sharp’s binaries.']
      : []),
    ...unknownSettings('Dockerfile', names),
  ];
}

function dependencyProblems() {
  return packageDirectories().flatMap((directory) => {
    const { dependencies, devDependencies, optionalDependencies } = manifest(directory);
    return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(
        ([, version]) => !/^catalog:\w*$/.test(version) && version !== 'workspace:*' && !EXACT.test(version),
      )
      .map(
        ([name, version]) =>
          `${directory}/package.json: ${name} must say "catalog:" instead of "${version}".`,
      );
  });
}

// Such an address would make everybody download from one person's registry.
function lockfileProblems() {
  const addresses = read('pnpm-lock.yaml').match(/tarball:.*|https?:\/\/\S+/g) ?? [];
  return addresses.map((address) => `pnpm-lock.yaml names an address: ${address}`);
}
