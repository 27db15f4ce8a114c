import { PAGE_HTML } from './page-html.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

/** The web page that shows what SAIMon sees, by path. Everything it needs is here: no request leaves the machine. */
export const PAGE_FILES = {
  '/index.html': { type: 'text/html; charset=utf-8', text: PAGE_HTML },
  '/app.js': { type: 'text/javascript; charset=utf-8', text: PAGE_SCRIPT },
  '/app.css': { type: 'text/css; charset=utf-8', text: PAGE_STYLE },
} as const;
