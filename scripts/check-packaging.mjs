// Checks what no compiler sees: that the container files match the server's settings, that every dependency is
// pinned in one place, and that the workflows call what there is. Each problem is one line; there is no output when all
// is well.
import { existsSync, readdirSync } from 'node:fs';
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
  ...workflowProblems(),
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
      .filter(([, version]) => version !== 'catalog:' && version !== 'workspace:*' && !EXACT.test(version))
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

function workflowProblems() {
  const directory = '.github/workflows';
  return readdirSync(path.join(root, directory)).flatMap((name) => {
    const file = `${directory}/${name}`;
    try {
      const { jobs } = parse(read(file), { strict: true, uniqueKeys: true });
      const steps = Object.values(jobs).flatMap((job) => job.steps);
      const commands = steps.flatMap(({ run, with: inputs = {} }) => [run, inputs.version, inputs.publish]);
      return commands.filter((text) => text !== undefined).flatMap((text) => commandProblems(file, text));
    } catch (error) {
      return [`${file} is no workflow: ${error.message}`];
    }
  });
}

// Every line is a file of ours, a script of npm's, or a program that a dependency of the root brings.
function commandProblems(file, text) {
  const { scripts } = manifest('.');
  return text
    .trim()
    .split('\n')
    .filter((line) => {
      const [program = '', ...args] = line.trim().split(/\s+/);
      if (program === 'npm') return scripts[args[0] === 'run' ? args[1] : args[0]] === undefined;
      if (program === 'npx') return !existsSync(path.join(root, 'node_modules/.bin', args[0] ?? ''));
      return !existsSync(path.join(root, program));
    })
    .map((line) => `${file} calls what is not there: ${line}`);
}
