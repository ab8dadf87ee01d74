import { createTruConn, type SessionChange, type SessionOptions, type TruConn } from '../../src/index.ts';
import { answer, Refusal, type SeenRequest, startServer } from './scripted-server.ts';

/** A tab with a client, and what it has heard: `signed-in`, or the reason of an end. */
export interface Tab {
  truconn: TruConn;
  heard: string[];
  /** Each state of the session since the tab was opened. */
  states: string[];
}

/** One browser, whose tabs share a cookie, and the server that it visits. */
export interface Browser extends AsyncDisposable {
  requests: SeenRequest[];
  openTab(): Tab;
  /** Ends a session on the server, which tells nobody. */
  endSession(id: string): void;
  /** Answers of the procedure wait from now on until the returned function is called. */
  hold(path: string): () => void;
}

/** Where `auth.signIn` begins sessions `s1`, `s2` and so on, and everything else is for whoever has one. */
export async function openBrowser(): Promise<Browser> {
  const sessions = new Set<string>();
  const gates = new Map<string, Promise<void>>();
  const tabs: Tab[] = [];
  let cookie = '';
  let begun = 0;
  const server = await startServer(async (request, response) => {
    const [path = ''] = request.paths;
    const signsIn = path === 'auth.signIn';
    if (signsIn) begun += 1;
    const sid = signsIn ? `s${begun}` : (request.headers.cookie ?? '');
    if (signsIn) sessions.add(sid);
    // Decided on arrival, and told when it may be.
    const isRefused = !sessions.has(sid);
    if (path === 'auth.signOut') sessions.delete(sid);
    await gates.get(path);
    if (signsIn) response.setHeader('set-cookie', sid);
    answer(isRefused ? new Refusal('SESSION_EXPIRED', 401) : answerOf(sid))(request, response);
  });
  const fetchWithCookie: typeof fetch = async (url, init) => {
    const headers = { ...(init?.headers as Record<string, string>), cookie };
    const response = await fetch(url, { ...init, headers });
    cookie = response.headers.get('set-cookie') ?? cookie;
    return response;
  };
  return {
    requests: server.requests,
    openTab() {
      const tab = connect({ baseUrl: server.url, credential: 'cookie', fetch: fetchWithCookie, retries: 0 });
      tabs.push(tab);
      return tab;
    },
    endSession: (id) => void sessions.delete(id),
    hold(path) {
      const gate = Promise.withResolvers<void>();
      gates.set(path, gate.promise);
      return () => {
        gates.delete(path);
        gate.resolve();
      };
    },
    async [Symbol.asyncDispose]() {
      for (const { truconn } of tabs) truconn.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function connect(options: SessionOptions): Tab {
  const heard: string[] = [];
  const states: string[] = [];
  const onSessionChange = (change: SessionChange) =>
    void heard.push(change.status === 'signed-in' ? 'signed-in' : String(change.reason));
  const truconn = createTruConn({ ...options, onSessionChange });
  truconn.session.subscribe(() => states.push(truconn.session.state.status));
  return { truconn, heard, states };
}

// Of every procedure what a test looks at.
const answerOf = (sid: string) => ({
  user: { id: 'asha' },
  session: { id: sid },
  items: [],
  nextCursor: null,
});
