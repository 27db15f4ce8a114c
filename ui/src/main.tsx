import { render } from 'preact';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/forms.css';
import './style/acting.css';
import './style/calendar.css';
import './style/chart.css';
import { App } from './app.tsx';
import { followLinks } from './navigation.ts';
import { applyTheme } from './theme.ts';

applyTheme();
followLinks();
const root = document.getElementById('app');
if (root) render(<App />, root);
