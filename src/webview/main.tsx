import './styles/page.css';
import './styles/controls.css';
import './styles/tasks.css';
import './styles/tables.css';
import './styles/charts.css';
import './styles/views.css';
import './styles/advice.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { connectHost } from './host.ts';

const root = document.createElement('div');
document.body.append(root);
render(<App host={connectHost()} />, root);
