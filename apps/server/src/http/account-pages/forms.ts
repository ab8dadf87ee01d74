import type { Language } from '@truconn/contract';
import { textElement } from './text-element.ts';
import type { PageName, TextKey } from './texts.ts';

/** What each page holds to act with. A form's `data-action` is the name of its function in the script. */
export const PAGE_FORMS: Record<PageName, (language: Language) => string> = {
  'verify-email': (language) => form('verifyEmail', language, { button: 'verify-email.button' }),
  'confirm-email': (language) => form('confirmEmail', language, { button: 'confirm-email.button' }),
  'reset-password': (language) =>
    form('resetPassword', language, { button: 'reset-password.button', fields: [NEW_PASSWORD] }),
  'accept-invitation': invitationForms,
};

/** A field; its name is the one in the procedure's input. */
interface Field {
  name: string;
  label: TextKey;
  autocomplete: string;
  type?: 'email' | 'password';
  hint?: TextKey;
}

interface FormParts {
  button: TextKey;
  title?: TextKey;
  fields?: Field[];
  /** Ends the form, after its button. */
  end?: string;
}

const NEW_PASSWORD: Field = {
  name: 'newPassword',
  label: 'newPassword',
  autocomplete: 'new-password',
  type: 'password',
  hint: 'passwordHint',
};
const SIGN_IN: Field[] = [
  { name: 'identifier', label: 'identifier', autocomplete: 'username' },
  { name: 'password', label: 'password', autocomplete: 'current-password', type: 'password' },
];
const SIGN_UP: Field[] = [
  { name: 'firstName', label: 'firstName', autocomplete: 'given-name' },
  { name: 'lastName', label: 'lastName', autocomplete: 'family-name' },
  { name: 'email', label: 'email', autocomplete: 'username', type: 'email' },
  { ...NEW_PASSWORD, name: 'password', label: 'password' },
];

// Three ways to be somebody; the script shows one of them.
function invitationForms(language: Language): string {
  return [
    form('accept', language, {
      button: 'acceptButton',
      end: switchTo('signIn', 'otherAccount', language),
    }),
    form('signIn', language, {
      title: 'signInTitle',
      fields: SIGN_IN,
      button: 'signInButton',
      end: switchTo('signUp', 'toSignUp', language),
    }),
    form('signUp', language, {
      title: 'signUpTitle',
      fields: SIGN_UP,
      button: 'signUpButton',
      end: switchTo('signIn', 'toSignIn', language),
    }),
  ].join('\n');
}

function switchTo(action: string, key: TextKey, language: Language): string {
  return textElement('button', key, language, `type="button" class="quiet" data-shows="${action}"`);
}

// The server judges what is typed, in the page's language; the browser would in its own.
function form(action: string, language: Language, { title, fields = [], button, end }: FormParts): string {
  const parts = [
    title && textElement('h2', title, language),
    // Only the form of somebody who is signed in has something to say before its button.
    action === 'accept' && '<p data-account></p>',
    ...fields.map((field) => renderField(action, field, language)),
    fields.some(({ type }) => type === 'password') && renderReveal(language),
    textElement('button', button, language, 'type="submit"'),
    end,
  ];
  return `<form data-action="${action}" novalidate hidden>\n${parts.filter(Boolean).join('\n')}\n</form>`;
}

function renderField(action: string, field: Field, language: Language): string {
  const { name, label, type = 'text', autocomplete, hint } = field;
  const id = `${action}-${name}`;
  const describedBy = hint === undefined ? `${id}-error` : `${id}-hint ${id}-error`;
  const typing = name.endsWith('Name') ? '' : ' autocapitalize="none" spellcheck="false"';
  return `<div class="field">
${textElement('label', label, language, `for="${id}"`)}
<input id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}" required${typing} aria-describedby="${describedBy}">
${hint === undefined ? '' : `${textElement('p', hint, language, `id="${id}-hint" class="hint"`)}\n`}<p id="${id}-error" class="problem"></p>
</div>`;
}

function renderReveal(language: Language): string {
  return `<label class="reveal"><input type="checkbox" data-reveals> ${textElement('span', 'showPassword', language)}</label>`;
}
