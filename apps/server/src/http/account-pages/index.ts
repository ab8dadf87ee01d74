import { readFileSync } from 'node:fs';
import { LANGUAGES, type Language } from '@truconn/contract';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { addVary } from '../vary.ts';
import { preferredLanguage } from './preferred-language.ts';
import { renderPage } from './render-page.ts';
import { PAGE_NAMES, TEXTS } from './texts.ts';

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/**
 * The pages under `/account/` that the links of mails open. They are the same for everybody, and asking for
 * one uses nothing up: mail scanners open links too. What a page does, its script does when a button is
 * pressed, by calling procedures as any client does.
 */
export const accountPages = fp(async (app) => {
  const style = readAsset('account-page.css');
  // One file, so that no page is without its words.
  const script = `'use strict';\nconst ACCOUNT_TEXTS = ${JSON.stringify(TEXTS)};\n${readAsset('account-page.js')}`;
  for (const page of PAGE_NAMES) {
    const byLanguage = new Map(LANGUAGES.map((language) => [language, renderPage(page, language)]));
    app.get(`/account/${page}`, (request, reply) => {
      addVary(reply, 'accept-language');
      reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8');
      return byLanguage.get(languageOf(request));
    });
  }
  app.get('/account/page.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(style));
  app.get('/account/page.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
});

function languageOf(request: FastifyRequest): Language {
  const { lang } = request.query as Record<string, unknown>;
  return (
    LANGUAGES.find((language) => language === lang) ?? preferredLanguage(request.headers['accept-language'])
  );
}

// Beside this module, and beside the bundle that it becomes a part of: tsup.config.ts copies them there.
function readAsset(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
}
