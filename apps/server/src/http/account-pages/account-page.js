// The script of the pages that the links of mails open. `ACCOUNT_TEXTS`, the words in every language, stands
// before it. Nothing is used up before somebody presses a button.

const { page } = document.body.dataset;
const task = document.getElementById('task');
const statusLine = document.getElementById('status');
const token = takeToken();
const UNEXPECTED = { code: 'UNEXPECTED' };
/** What each element says besides its fixed words: a function of a language's texts. */
const messages = new Map();
let language = document.documentElement.lang;
let busy = false;

/** What the server, or the way to it, answered instead of a result. */
class Refusal extends Error {
  constructor({ code, fields = {}, requestId, retryAfterSeconds }) {
    super(code);
    Object.assign(this, { code, fields, requestId, retryAfterSeconds });
  }
}

// ---- What the forms do, by their `data-action`

const actions = {
  async verifyEmail() {
    finish(await mutate('auth.verifyEmail', { token }));
  },
  async confirmEmail() {
    finish(await mutate('auth.confirmEmailChange', { token }));
  },
  async resetPassword({ newPassword }) {
    await mutate('auth.resetPassword', { token, newPassword });
    finish();
  },
  async accept() {
    const { name } = await mutate('orgAccess.members.accept', { token });
    finish({ organization: name });
  },
  async signIn({ identifier, password }) {
    const { user } = await mutate('auth.signIn', { identifier, password, credential: 'cookie' });
    showAccount(user);
    await actions.accept();
  },
  async signUp(account) {
    await mutate('auth.signUp', { ...account, language });
    // From here on the account exists: whoever has to try again signs in.
    const form = showForm('signIn');
    form.elements.identifier.value = account.email;
    await actions.signIn({ identifier: account.email, password: account.password });
  },
};

// ---- Calling the server

// `mode` stays the default: under no-referrer, browsers send any other one with `Origin: null`.
async function request(path, options) {
  const response = await fetch(`/trpc/${path}`, options).catch(() => {
    throw new Refusal({ code: 'NETWORK' });
  });
  const body = await response.json();
  if (response.ok && body?.result) return body.result.data;
  throw new Refusal(body?.error?.data ?? UNEXPECTED);
}

function mutate(procedure, input) {
  const headers = { 'content-type': 'application/json' };
  return request(procedure, { method: 'POST', headers, body: JSON.stringify(input) });
}

// ---- Showing

function showForm(action) {
  for (const form of document.forms) form.hidden = form.dataset.action !== action;
  return document.querySelector(`form[data-action="${action}"]`);
}

function showAccount({ email }) {
  const form = showForm('accept');
  say(form.querySelector('[data-account]'), ({ words }) => fill(words.signedInAs, { email }));
}

/** Nothing is left to do: only the outcome stays on the page. */
function finish(values = {}) {
  const key = `${page}.done`;
  task.hidden = true;
  for (const form of document.forms) form.reset();
  statusLine.className = 'done';
  say(statusLine, ({ words }) => fill(words[key], values));
  statusLine.focus();
}

function say(element, message) {
  if (message === undefined) messages.delete(element);
  else messages.set(element, message);
  element.textContent = message?.(ACCOUNT_TEXTS[language]) ?? '';
}

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function showRefusal(refusal) {
  const isSignedOut = ['UNAUTHENTICATED', 'SESSION_EXPIRED'].includes(refusal.code);
  if (isSignedOut && page === 'accept-invitation') showForm('signIn');
  const form = document.querySelector('form:not([hidden])');
  const others = [];
  for (const [name, reasons] of Object.entries(refusal.fields)) {
    const input = form.elements[name];
    if (input) showFieldError(input, (texts) => reasons.map((reason) => translate(reason, texts)).join(' '));
    else others.push(...reasons);
  }
  statusLine.className = 'error';
  say(statusLine, (texts) => sentenceOf(refusal, others, texts));
  form.querySelector('[aria-invalid]')?.focus();
}

function sentenceOf({ code, requestId, retryAfterSeconds }, reasons, { errors, ...texts }) {
  if (reasons.length > 0) return reasons.map((reason) => translate(reason, texts)).join(' ');
  const sentence = errors[code] ?? (requestId ? errors.REPORTED : errors.UNEXPECTED);
  return fill(sentence, { requestId, time: durationOf(retryAfterSeconds) });
}

// The server gives its reasons in English; a word that it quotes is the person's own.
function translate(reason, { reasons }) {
  const [quoted] = /"[^"]*"/.exec(reason) ?? ['"…"'];
  const known = reasons[reason.replace(quoted, '"…"')];
  return known?.replace('"…"', () => quoted) ?? reason;
}

function durationOf(seconds = 60) {
  const [unit, length] = seconds < 90 ? ['second', 1] : seconds < 5400 ? ['minute', 60] : ['hour', 3600];
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.ceil(seconds / length));
}

function showFieldError(input, message) {
  input.setAttribute('aria-invalid', 'true');
  say(document.getElementById(`${input.id}-error`), message);
}

function clearErrors(form) {
  for (const input of form.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    say(document.getElementById(`${input.id}-error`));
  }
  say(statusLine);
}

// ---- Language

function useLanguage(next) {
  language = next;
  const texts = ACCOUNT_TEXTS[language];
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = texts.words[element.dataset.text];
  }
  document.querySelector('nav').setAttribute('aria-label', texts.words.language);
  for (const [element, message] of messages) element.textContent = message(texts);
  for (const link of document.querySelectorAll('nav a')) {
    if (link.lang === language) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  history.replaceState(null, '', `?lang=${language}`);
}

// ---- Starting

/** Takes the token out of the address bar, where others could read it, and the history keep it. */
function takeToken() {
  const address = new URL(location.href);
  const found = address.searchParams.get('token') ?? '';
  address.searchParams.delete('token');
  history.replaceState(null, '', address);
  return found;
}

async function submit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  if (busy) return;
  clearErrors(form);
  if (refuseEmpty(form)) return;
  setBusy(true);
  statusLine.className = '';
  say(statusLine, ({ words }) => words.working);
  try {
    await actions[form.dataset.action](Object.fromEntries(new FormData(form)));
  } catch (error) {
    // Anything else is an answer that is none of the server's: a proxy's page is no JSON.
    showRefusal(error instanceof Refusal ? error : new Refusal(UNEXPECTED));
  } finally {
    setBusy(false);
  }
}

function refuseEmpty(form) {
  const empty = [...form.elements].filter((input) => input.required && input.value === '');
  for (const input of empty) showFieldError(input, ({ words }) => words.required);
  empty[0]?.focus();
  return empty.length > 0;
}

// Not `disabled`, which would take the focus away.
function setBusy(next) {
  busy = next;
  for (const button of document.querySelectorAll('form button')) {
    button.setAttribute('aria-disabled', String(busy));
  }
}

function listen() {
  for (const form of document.forms) form.addEventListener('submit', submit);
  for (const button of document.querySelectorAll('[data-shows]')) {
    button.addEventListener('click', () => {
      if (busy) return;
      clearErrors(button.form);
      showForm(button.dataset.shows).elements[0].focus();
    });
  }
  for (const box of document.querySelectorAll('[data-reveals]')) {
    const passwords = box.form.querySelectorAll('[type="password"]');
    box.addEventListener('change', () => {
      for (const input of passwords) input.type = box.checked ? 'text' : 'password';
    });
  }
  for (const link of document.querySelectorAll('nav a')) {
    link.addEventListener('click', (event) => {
      // A page that is loaded anew would not have the token any more.
      event.preventDefault();
      useLanguage(link.lang);
    });
  }
}

async function start() {
  listen();
  if (token === '') {
    statusLine.className = 'error';
    return say(statusLine, ({ words }) => words.noToken);
  }
  task.hidden = false;
  if (page !== 'accept-invitation') return showForm(document.forms[0].dataset.action);
  // Whoever is not known to be signed in can sign in.
  const me = await request('auth.me').catch(() => null);
  if (me) showAccount(me.user);
  else showForm('signIn');
}

start();
