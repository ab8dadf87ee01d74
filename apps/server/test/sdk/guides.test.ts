import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { listPages, snippetsOf } from '../../../../packages/sdk/test/docs/support/pages.ts';
import { REPOSITORY } from '../../../../packages/sdk/test/docs/support/program.ts';
import { freePort } from '../support/server-process.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const HERE = 'http://127.0.0.1:8000';

/** A snippet of a guide as a program of its own, as its readers run it. */
class Program implements AsyncDisposable {
  output = '';
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  static async start(code: string, env: Record<string, string> = {}): Promise<Program> {
    const folder = await mkdtemp(path.join(tmpdir(), 'truconn-guide-'));
    await symlink(NODE_MODULES, path.join(folder, 'node_modules'));
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(path.join(folder, 'start.ts'), code);
    return new Program(folder, spawn(process.execPath, ['start.ts'], { cwd: folder, env }));
  }

  /** Waits until it has said a text. */
  async says(text: string): Promise<void> {
    await expect.poll(() => this.output, { timeout: 20_000 }).toContain(text);
  }

  /** @returns the exit code */
  async end(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'close');
    return this.#child.exitCode;
  }

  stop(): void {
    this.#child.kill('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await rm(this.#folder, { recursive: true });
  }
}

/** The snippets of a page, calling this server. */
function snippets(page: string, { url }: TestApp): string[] {
  const file = listPages().find((name) => path.relative(REPOSITORY, name) === page);
  if (file === undefined) throw new Error(`There is no page ${page}.`);
  return snippetsOf(file).map(({ code }) => code.replaceAll(HERE, url));
}

/**
 * The programs of docs/sdk/partner-backend.md: the first makes the key that the second acts with.
 * @param before what the second's place has seen before it watches
 */
async function startBackend(app: TestApp, { email }: Person, before = ''): Promise<Program> {
  const [makeKey = '', backend = ''] = snippets('docs/sdk/partner-backend.md', app);
  await using making = await Program.start(makeKey, { TRUCONN_USER: email, TRUCONN_PASSWORD: PASSWORD });
  expect(await making.end(), making.output).toBe(0);
  const [, secret = ''] = /TRUCONN_API_KEY=(tck_\w{64})\n/.exec(making.output) ?? [];
  return Program.start(backend.replace('const last =', `${before}$&`), {
    TRUCONN_URL: app.url,
    TRUCONN_API_KEY: secret,
  });
}

async function askAndApprove(hospital: Person, person: Person): Promise<{ id: string }> {
  await person.client.consent.grant.mutate({ categoryId: 4 });
  const { id } = await hospital.client.orgAccess.request.mutate({
    userId: person.user.id,
    categoryId: 4,
    purpose: 'Care',
  });
  return person.client.orgAccess.decide.mutate({ requestId: id, decision: 'approve' });
}

describe('the guides run as they stand', () => {
  test('docs/sdk/getting-started.md', async () => {
    await using app = await startTestApp();
    const [code = ''] = snippets('docs/sdk/getting-started.md', app);
    await using program = await Program.start(code);
    expect(await program.end(), program.output).toBe(0);
    expect(program.output).toContain('refused: User has not granted this consent.');
    expect(program.output).toContain('the hospital hears: ACCESS_APPROVED APPROVED');
    expect(program.output, program.output).toMatch(/the ledger holds\nthe receipt holds, key [\w-]{43}\n$/);
  });

  test.each([
    ['README.md', ['Health granted', 'not granted']],
    ['packages/sdk/README.md', ['Health granted']],
    ['docs/sdk/sessions.md', ['@example.org', 'nobody is signed in']],
    ['docs/sdk/errors.md', ['Enter an e-mail address', 'true\n', 'true true']],
  ])('%s', async (page, said) => {
    await using app = await startTestApp();
    let output = '';
    for (const code of snippets(page, app)) {
      await using program = await Program.start(code);
      expect(await program.end(), program.output).toBe(0);
      output += program.output;
    }
    for (const text of said) expect(output).toContain(text);
  });

  test('docs/sdk/partner-backend.md: it hears of a decision and reads, and stops when it is told to', async () => {
    await using app = await startTestApp();
    const person = await app.signUp();
    const hospital = await app.signUpOrganization();
    await using program = await startBackend(app, hospital);
    await program.says('stream: connected');
    const { id } = await askAndApprove(hospital, person);
    await program.says(`ACCESS_APPROVED ${id} APPROVED`);
    await program.says('released: bloodGroup, ');
    await program.says(`ACCESS_READ ${id} APPROVED`);
    program.stop();
    expect(await program.end(), program.output).toBe(0);
  });

  test.each([
    ['that has seen no event yet', ''],
    ['that was away for longer than events are kept', "keep('last-event', '0');\n"],
  ])('docs/sdk/partner-backend.md: a backend %s lists, and watches from now on', async (_, before) => {
    await using app = await startTestApp();
    const person = await app.signUp();
    const hospital = await app.signUpOrganization();
    const { id } = await askAndApprove(hospital, person);
    await app.sql('delete from organization_events');
    await using program = await startBackend(app, hospital, before);
    await program.says(`listed: ${id} APPROVED`);
    await person.client.orgAccess.decide.mutate({ requestId: id, decision: 'revoke' });
    await program.says(`ACCESS_REVOKED ${id} REVOKED`);
    expect(program.output).not.toContain('ACCESS_APPROVED');
    program.stop();
    expect(await program.end(), program.output).toBe(0);
  });

  test('docs/sdk/server-side-rendering.md: a visitor signs in by a form, and gets a page of their own', async () => {
    await using app = await startTestApp();
    const person = await app.signUp();
    await person.client.consent.grant.mutate({ categoryId: 4 });
    const [page = '', form = ''] = snippets('docs/sdk/server-side-rendering.md', app);
    const [pagePort, formPort] = [await freePort(), await freePort()];
    await using pages = await Program.start(
      page.replace('listen(3000)', `listen(${pagePort}, ready)`) + READY,
    );
    await using forms = await Program.start(
      form.replace('listen(3001)', `listen(${formPort}, ready)`) + READY,
    );
    await Promise.all([pages.says('ready'), forms.says('ready')]);
    const get = (cookie: string) =>
      fetch(`http://127.0.0.1:${pagePort}/`, { headers: { cookie }, redirect: 'manual' });
    const post = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${formPort}/`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ email: person.email, password: person.password }),
        redirect: 'manual',
      });

    expect((await get('')).status).toBe(303);
    expect((await post({ origin: 'https://other.example' })).status).toBe(403);
    const signedIn = await post({ origin: app.url });
    const [cookie = ''] = signedIn.headers.getSetCookie();
    const answer = await get(cookie.split(';')[0] ?? '');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(await answer.text()).toBe('You have granted: Health\n');
  });
});

const READY = "\nfunction ready() { console.log('ready'); }\n";
