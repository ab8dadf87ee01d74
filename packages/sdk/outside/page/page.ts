// A small page on the package alone. Its address says which server to call, and which credential to use.
import { type ConsentView, createTruConn, isTruConnError, webStorage } from '@truconn/sdk';
import { fetchReceiptKeys, verifyReceipt } from '@truconn/sdk/verify';

const address = new URLSearchParams(location.search);
const isBearer = address.get('credential') === 'bearer';
const baseUrl = address.get('server') ?? '';
const truconn = createTruConn({
  baseUrl,
  // A page uses the cookie unless told.
  ...(isBearer && { credential: 'bearer', storage: webStorage() }),
});

const form = find('form', HTMLFormElement);
const consents = find('#consents', HTMLUListElement);
const events = find('#events', HTMLOListElement);

const ACTIONS: Record<string, () => Promise<unknown>> = {
  signUp: () => truconn.auth.signUp({ email: field('identifier'), ...passwordAndNames() }),
  signIn: async () => {
    await truconn.auth.signIn({ identifier: field('identifier'), password: field('password') });
    watch().catch(show);
  },
  list: async () => {
    const { items } = await truconn.consent.list();
    consents.replaceChildren(...items.map(consentItem));
  },
  receipt: async () => {
    const { receipt } = await truconn.consent.receipt({ categoryId: 1 });
    const verdict = await verifyReceipt(receipt, await fetchReceiptKeys(baseUrl), { issuer: baseUrl });
    const text = verdict.valid ? verdict.receipt.consent_status : verdict.problem;
    find('#receipt', HTMLOutputElement).value = text;
  },
  refresh: () => truconn.auth.refresh(),
  signOut: () => truconn.auth.signOut(),
};

for (const [name, act] of Object.entries(ACTIONS)) {
  find(`button[name=${name}]`, HTMLButtonElement).addEventListener('click', () => {
    act().then(() => show(undefined), show);
  });
}
truconn.session.subscribe(showSession);
showSession();
// Who is signed in already is known after the first call.
truconn.auth.me().catch(() => undefined);

async function watch(): Promise<void> {
  const onStateChange = ({ status }: { status: string }) => {
    events.dataset.status = status;
  };
  for await (const { data } of truconn.consent.watch({}, { onStateChange })) {
    events.append(Object.assign(document.createElement('li'), { textContent: data.action }));
  }
}

function consentItem({ categoryId, name, granted }: ConsentView): HTMLLIElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.append(`${name}: ${granted ? 'granted' : 'not granted'}`);
  button.addEventListener('click', () => {
    const idempotencyKey = crypto.randomUUID();
    const toggling = truconn.consent.toggle({ categoryId }, { idempotencyKey });
    toggling.then((changed) => item.replaceWith(consentItem(changed))).catch(show);
  });
  item.append(button);
  return item;
}

function showSession(): void {
  const { state } = truconn.session;
  const more =
    state.status === 'signed-in' ? state.user.email : state.status === 'signed-out' ? state.reason : '';
  find('#session', HTMLOutputElement).value = `${state.status} ${more ?? ''}`.trim();
}

function show(error: unknown): void {
  find('#error', HTMLParagraphElement).textContent = isTruConnError(error) ? error.code : String(error ?? '');
}

function passwordAndNames() {
  return { password: field('password'), firstName: 'Asha', lastName: 'Patel' };
}

function field(name: string): string {
  return String(new FormData(form).get(name));
}

function find<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return found;
}
