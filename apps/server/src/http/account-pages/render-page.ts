import { LANGUAGES, type Language } from '@truconn/contract';
import { PAGE_FORMS } from './forms.ts';
import { textElement, textOf } from './text-element.ts';
import { type PageName, TEXTS } from './texts.ts';

/**
 * A page as static HTML. Everything that acts is hidden until the script takes it over, and each text names
 * its key in `data-text`, so that the script can put it into another language.
 */
export function renderPage(page: PageName, language: Language): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${textElement('title', `${page}.title`, language)}
<link rel="stylesheet" href="/account/page.css">
<script src="/account/page.js" defer></script>
</head>
<body data-page="${page}">
<header>
<p class="brand" translate="no">TruConn</p>
<nav aria-label="${textOf('language', language)}">
${LANGUAGES.map((each) => languageLink(each, each === language)).join('\n')}
</nav>
</header>
<main>
${textElement('h1', `${page}.title`, language)}
<noscript>${textElement('p', 'needsScript', language)}</noscript>
<div id="task" hidden>
${textElement('p', `${page}.intro`, language)}
${PAGE_FORMS[page](language)}
</div>
<p id="status" role="status" tabindex="-1"></p>
</main>
</body>
</html>
`;
}

function languageLink(language: Language, isCurrent: boolean): string {
  const current = isCurrent ? ' aria-current="true"' : '';
  return `<a href="?lang=${language}" lang="${language}" hreflang="${language}"${current}>${TEXTS[language].name}</a>`;
}
